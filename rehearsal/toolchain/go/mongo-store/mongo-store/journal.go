package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/juju/mgo/v2/bson"
)

// The operations of the journal. A store that does not know one passes over it.
const (
	journalPut       = "put"   // a document
	journalDelete    = "del"   // an _id
	journalDrop      = "drop"  // of the collection
	journalOptions   = "opts"  // of the collection
	journalIndex     = "index" // a definition
	journalDropIndex = "dropindex"
)

// maxRecord is longer than any that a client can bring about: maxMessage and the record's own names.
const maxRecord = maxMessage + 1<<10

// journal is a file of BSON documents, one after the other: {ns: <namespace>, <operation>: <value>}.
// What is recorded between two flushes is written at once, so that no transaction is written in parts.
type journal struct {
	file    *os.File
	pending bytes.Buffer
}

// openJournal replays what is there. A last record that was cut off when its writer was killed is removed from the file:
// what is appended after it could never be read again.
func openJournal(path string, replay func(namespace, operation string, value any)) (*journal, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	whole, err := replayRecords(bufio.NewReaderSize(file, 1<<20), replay)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read at byte %d, so no store is opened on it: %w", path, whole, err)
	}
	if err := file.Truncate(whole); err != nil {
		return nil, err
	}
	if _, err := file.Seek(whole, io.SeekStart); err != nil {
		return nil, err
	}
	return &journal{file: file}, nil
}

// replayRecords gives the length of what could be read: all of it, or all but a last record that is too short.
func replayRecords(reader io.Reader, replay func(namespace, operation string, value any)) (whole int64, err error) {
	for {
		var length [4]byte
		if _, err := io.ReadFull(reader, length[:]); err != nil {
			return whole, unlessCutOff(err)
		}
		size := binary.LittleEndian.Uint32(length[:])
		if size < 5 || size > maxRecord {
			return whole, fmt.Errorf("a record of %d bytes", size)
		}
		raw := append(length[:], make([]byte, size-4)...)
		if _, err := io.ReadFull(reader, raw[4:]); err != nil {
			return whole, unlessCutOff(err)
		}
		var record document
		if err := bson.Unmarshal(raw, &record); err != nil {
			return whole, err
		}
		if len(record) != 2 {
			return whole, fmt.Errorf("a record of %d fields instead of two", len(record))
		}
		replay(text(record[0].Value), record[1].Name, record[1].Value)
		whole += int64(size)
	}
}

func unlessCutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// record does nothing without a journal.
func (j *journal) record(namespace, operation string, value any) {
	if j == nil {
		return
	}
	raw, err := bson.Marshal(newDocument("ns", namespace, operation, value))
	if err != nil {
		panic(badValue.errorf("cannot be stored: %v", err))
	}
	j.pending.Write(raw)
}

func (j *journal) flush() error {
	if j == nil {
		return nil
	}
	_, err := j.pending.WriteTo(j.file)
	return err
}
