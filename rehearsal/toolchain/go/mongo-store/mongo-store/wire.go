package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/juju/mgo/v2/bson"
)

// The operations of https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ and
// https://www.mongodb.com/docs/v4.4/legacy-opcodes/ that drivers still send to a server of 4.4.
const (
	opReply       = 1
	opQuery       = 2004
	opKillCursors = 2007
	opMessage     = 2013

	headerSize = 16
	// maxMessage is what isMaster answers as maxMessageSizeBytes.
	maxMessage = 48000000

	flagChecksum   = 1
	flagMoreToCome = 2
)

var errTooShort = errors.New("the message is shorter than it says")

// header is that of each message, without its length.
type header struct {
	requestID, operation uint32
}

var lastRequest atomic.Uint32

func readMessage(reader io.Reader) (header, []byte, error) {
	var raw [headerSize]byte
	if _, err := io.ReadFull(reader, raw[:]); err != nil {
		return header{}, nil, err
	}
	size := binary.LittleEndian.Uint32(raw[:])
	if size < headerSize || size > maxMessage {
		return header{}, nil, fmt.Errorf("a message of %d bytes", size)
	}
	body := make([]byte, size-headerSize)
	_, err := io.ReadFull(reader, body)
	return header{binary.LittleEndian.Uint32(raw[4:]), binary.LittleEndian.Uint32(raw[12:])}, body, err
}

// encodeMessage puts the header before a body.
func encodeMessage(operation, responseTo uint32, body []byte) []byte {
	message := binary.LittleEndian.AppendUint32(make([]byte, 0, headerSize+len(body)), uint32(headerSize+len(body)))
	for _, field := range []uint32{lastRequest.Add(1), responseTo, operation} {
		message = binary.LittleEndian.AppendUint32(message, field)
	}
	return append(message, body...)
}

// encodeOpMessage makes the body of an OP_MSG of one section: no flags, kind 0.
func encodeOpMessage(d document) ([]byte, error) {
	raw, err := bson.Marshal(d)
	return append(make([]byte, 5), raw...), err
}

// encodeReply makes the body of an OP_REPLY of one document: flag AwaitCapable, no cursor.
func encodeReply(d document) ([]byte, error) {
	raw, err := bson.Marshal(d)
	body := binary.LittleEndian.AppendUint32(nil, 8)
	body = append(body, make([]byte, 12)...)
	body = binary.LittleEndian.AppendUint32(body, 1)
	return append(body, raw...), err
}

// decodeOpMessage gives the flags and the command, to which the documents of each section of kind 1 are added.
func decodeOpMessage(body []byte) (flags uint32, command document, err error) {
	r := sectionReader{body}
	if flags, err = r.uint32(); err != nil {
		return 0, nil, err
	}
	if flags&flagChecksum != 0 {
		if len(r.rest) < 4 {
			return 0, nil, errTooShort
		}
		r.rest = r.rest[:len(r.rest)-4]
	}
	var sequences document
	for len(r.rest) > 0 {
		kind, _ := r.take(1)
		if kind[0] == 0 {
			if command, err = r.document(); err != nil {
				return 0, nil, err
			}
			continue
		}
		sequence, err := r.sequence()
		if err != nil {
			return 0, nil, err
		}
		sequences = append(sequences, sequence)
	}
	return flags, append(command, sequences...), nil
}

// decodeQuery gives the namespace and the query of an OP_QUERY, without what wraps it.
func decodeQuery(body []byte) (namespace string, query document, err error) {
	r := sectionReader{body}
	if _, err = r.take(4); err != nil {
		return "", nil, err
	}
	if namespace, err = r.cstring(); err != nil {
		return "", nil, err
	}
	if _, err = r.take(8); err != nil {
		return "", nil, err
	}
	query, err = r.document()
	if wrapped, ok := get(query, "$query"); ok {
		query, _ = wrapped.(document)
	}
	return namespace, query, err
}

// decodeKillCursors gives the cursors of an OP_KILL_CURSORS.
func decodeKillCursors(body []byte) ([]int64, error) {
	r := sectionReader{body}
	if _, err := r.take(8); err != nil {
		return nil, err
	}
	ids := make([]int64, len(r.rest)/8)
	err := binary.Read(bytes.NewReader(r.rest), binary.LittleEndian, ids)
	return ids, err
}

// sectionReader never reads beyond what is there.
type sectionReader struct{ rest []byte }

func (r *sectionReader) take(n int) ([]byte, error) {
	if n < 0 || n > len(r.rest) {
		return nil, errTooShort
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken, nil
}

func (r *sectionReader) uint32() (uint32, error) {
	raw, err := r.take(4)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(raw), nil
}

func (r *sectionReader) cstring() (string, error) {
	end := bytes.IndexByte(r.rest, 0)
	raw, err := r.take(end + 1)
	if end < 0 || err != nil {
		return "", errTooShort
	}
	return string(raw[:end]), nil
}

// sized takes what begins with its own length.
func (r *sectionReader) sized() ([]byte, error) {
	if len(r.rest) < 4 {
		return nil, errTooShort
	}
	return r.take(int(binary.LittleEndian.Uint32(r.rest)))
}

func (r *sectionReader) document() (document, error) {
	raw, err := r.sized()
	if err != nil {
		return nil, err
	}
	var d document
	err = bson.Unmarshal(raw, &d)
	return d, err
}

// sequence is a section of kind 1: a name and its documents.
func (r *sectionReader) sequence() (bson.DocElem, error) {
	raw, err := r.sized()
	if err != nil || len(raw) < 4 {
		return bson.DocElem{}, errTooShort
	}
	inner := sectionReader{raw[4:]}
	name, err := inner.cstring()
	documents := array{}
	for err == nil && len(inner.rest) > 0 {
		var d document
		if d, err = inner.document(); err == nil {
			documents = append(documents, d)
		}
	}
	return bson.DocElem{Name: name, Value: documents}, err
}
