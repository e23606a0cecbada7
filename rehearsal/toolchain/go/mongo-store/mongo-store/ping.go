package main

import (
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/juju/mgo/v2/bson"
)

const pingTimeout = 5 * time.Second

// ping asks the store on this machine whether it answers. The certificate is not checked, as Juju's probes ask for.
func ping(o options) error {
	address := fmt.Sprintf("127.0.0.1:%d", o.port)
	dialer := &net.Dialer{Timeout: pingTimeout}
	var connection net.Conn
	var err error
	if o.keyFile == "" {
		connection, err = dialer.Dial("tcp", address)
	} else {
		connection, err = tls.DialWithDialer(dialer, "tcp", address, &tls.Config{InsecureSkipVerify: true})
	}
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(pingTimeout)); err != nil {
		return err
	}
	question, err := bson.Marshal(D{{"ping", 1}, {"$db", "admin"}})
	if err != nil {
		return err
	}
	if _, err := connection.Write(frame(opMessage, 0, append(make([]byte, 5), question...))); err != nil {
		return err
	}
	var header [16]byte
	if _, err := io.ReadFull(connection, header[:]); err != nil {
		return err
	}
	answer := make([]byte, binary.LittleEndian.Uint32(header[:])-16)
	if _, err := io.ReadFull(connection, answer); err != nil {
		return err
	}
	var document D
	if err := bson.Unmarshal(answer[5:], &document); err != nil {
		return err
	}
	if ok, _ := get(document, "ok"); !truthy(ok) {
		return fmt.Errorf("the store answers %v", document)
	}
	return nil
}
