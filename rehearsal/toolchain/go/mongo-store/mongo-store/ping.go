package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"time"
)

const pingTimeout = 5 * time.Second

// ping asks the store on this machine whether it answers. The certificate is not checked, as Juju's probes ask for.
func ping(o options) error {
	address := fmt.Sprintf("127.0.0.1:%d", o.port)
	dialer := &net.Dialer{Timeout: pingTimeout}
	var conn net.Conn
	var err error
	if o.keyFile == "" {
		conn, err = dialer.Dial("tcp", address)
	} else {
		conn, err = tls.DialWithDialer(dialer, "tcp", address, &tls.Config{InsecureSkipVerify: true})
	}
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(pingTimeout)); err != nil {
		return err
	}
	question, err := encodeOpMessage(newDocument("ping", 1, "$db", "admin"))
	if err != nil {
		return err
	}
	if _, err := conn.Write(encodeMessage(opMessage, 0, question)); err != nil {
		return err
	}
	_, body, err := readMessage(conn)
	if err != nil {
		return err
	}
	_, answer, err := decodeOpMessage(body)
	if err != nil {
		return err
	}
	if !boolField(answer, "ok") {
		return fmt.Errorf("the store answers %v", answer)
	}
	return nil
}
