// A store that speaks MongoDB's wire protocol, as far as a Juju controller (2.9 and 3.6) needs it: documents in memory, a
// journal on disk. It takes the flags that Juju gives to mongod. Called as "mongo" it is what Juju's probes call: it pings
// a store.
//
// A rehearsal's store, not a database: logins are checked, but nothing is refused to those that do not log in, and
// passwords are kept as they are; there is one member; the journal is flushed five times a second and never shortened.
// What it does not know is an error, and logged: an operator that is passed over would be a wrong answer.
package main

import (
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	name := filepath.Base(os.Args[0])
	o, err := parseOptions(name, os.Args[1:])
	if err != nil {
		os.Exit(2)
	}
	switch {
	case o.version:
		fmt.Printf("mongo-store, answers as db version v%s\n", serverVersion)
	case name == "mongo":
		err = ping(o)
	default:
		err = listen(o)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// listen serves until the process is asked to end. Killed, it loses at most what the last flushInterval brought.
func listen(o options) error {
	s, err := openStore(o.folder)
	if err != nil {
		return err
	}
	s.address = fmt.Sprintf("localhost:%d", o.port)
	host := "127.0.0.1"
	if o.allAddresses {
		host = ""
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", host, o.port))
	if err != nil {
		return err
	}
	if o.keyFile != "" {
		pair, err := tls.LoadX509KeyPair(o.keyFile, o.keyFile)
		if err != nil {
			return err
		}
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}})
	}
	go s.flushUntilAsked()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go s.serve(conn)
	}
}

// flushUntilAsked ends the process with nothing lost on SIGTERM and SIGINT.
func (s *store) flushUntilAsked() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT)
	flushes := time.NewTicker(flushInterval)
	for {
		select {
		case <-flushes.C:
			s.mutex.Lock()
			s.flush()
			s.mutex.Unlock()
		case <-asked:
			s.mutex.Lock() // For good: nothing more is answered.
			s.flush()
			os.Exit(0)
		}
	}
}
