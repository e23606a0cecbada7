// A store that speaks MongoDB's wire protocol, as far as a Juju controller needs it: documents in memory, a journal on
// disk. It takes the flags that Juju gives to mongod. Called as "mongo" it is what Juju's probes call: it pings a store.
//
// A rehearsal's store, not a database: logins are checked, but nothing is refused to those that do not log in; there is
// one member; the journal is flushed five times a second and never shortened.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
)

const (
	// serverVersion is the release of MongoDB whose answers are given: that of Juju's own image, juju-db:4.4.
	serverVersion  = "4.4.18"
	maxWireVersion = 9
)

// options are the flags of mongod that mean something here.
type options struct {
	port    int
	folder  string
	keyFile string
	every   bool
	version bool
}

// parseOptions reads mongod's flags. Those that Juju gives and that change nothing here are accepted by name; any other
// is an error, so that a Juju that asks for more is noticed.
func parseOptions(name string, args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.IntVar(&o.port, "port", 27017, "port to listen on")
	flags.StringVar(&o.folder, "dbpath", "", "folder of the journal; nothing is kept without one")
	for _, key := range []string{"sslPEMKeyFile", "tlsCertificateKeyFile"} {
		flags.StringVar(&o.keyFile, key, "", "file with certificate and key; no TLS without one")
	}
	flags.BoolVar(&o.every, "bind_ip_all", false, "listen on every address instead of 127.0.0.1")
	flags.BoolVar(&o.version, "version", false, "print the version and exit")
	for _, key := range []string{"journal", "quiet", "auth", "ipv6", "ssl", "tls", "sslAllowInvalidHostnames",
		"sslAllowInvalidCertificates", "tlsAllowInvalidHostnames", "tlsAllowInvalidCertificates"} {
		flags.Bool(key, false, "accepted, changes nothing")
	}
	for _, key := range []string{"sslPEMKeyPassword", "sslMode", "tlsCertificateKeyFilePassword", "tlsMode", "replSet",
		"oplogSize", "keyFile", "storageEngine", "wiredTigerCacheSizeGB", "eval"} {
		flags.String(key, "", "accepted, changes nothing")
	}
	return o, flags.Parse(args)
}

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

// listen serves until the process is killed, which loses at most the last fifth of a second.
func listen(o options) error {
	journal := ""
	if o.folder != "" {
		journal = filepath.Join(o.folder, "mongo-store.journal")
	}
	s, err := openStore(journal)
	if err != nil {
		return err
	}
	s.self = fmt.Sprintf("localhost:%d", o.port)
	host := "127.0.0.1"
	if o.every {
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
	go s.flushRegularly()
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go s.serve(connection)
	}
}
