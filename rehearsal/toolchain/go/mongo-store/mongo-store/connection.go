package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
)

// connection is one client's, with the login that it is in the middle of.
type connection struct {
	net.Conn
	login *login
}

// serve answers a client until it leaves, or sends what cannot be read.
func (s *store) serve(conn net.Conn) {
	defer conn.Close()
	client := &connection{Conn: conn}
	reader := bufio.NewReader(conn)
	for {
		head, body, err := readMessage(reader)
		if err == nil {
			err = s.answer(client, head, body)
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
				log.Printf("connection of %v closed: %v", conn.RemoteAddr(), err)
			}
			return
		}
	}
}

func (s *store) answer(client *connection, head header, body []byte) error {
	switch head.operation {
	case opMessage:
		flags, command, err := decodeOpMessage(body)
		if err != nil {
			return err
		}
		answer, err := encodeOpMessage(s.run(client, textField(command, "$db"), command))
		if err != nil || flags&flagMoreToCome != 0 {
			return err
		}
		_, err = client.Write(encodeMessage(opMessage, head.requestID, answer))
		return err
	case opQuery:
		namespace, command, err := decodeQuery(body)
		if err != nil {
			return err
		}
		database, isCommand := strings.CutSuffix(namespace, ".$cmd")
		if !isCommand {
			return fmt.Errorf("OP_QUERY of %s, which is no command", namespace)
		}
		answer, err := encodeReply(s.run(client, database, command))
		if err != nil {
			return err
		}
		_, err = client.Write(encodeMessage(opReply, head.requestID, answer))
		return err
	case opKillCursors:
		ids, err := decodeKillCursors(body)
		s.mutex.Lock()
		defer s.mutex.Unlock()
		for _, id := range ids {
			s.cursors.kill(id)
		}
		return err
	}
	return fmt.Errorf("operation %d is not supported", head.operation)
}
