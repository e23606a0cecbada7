package main

import (
	"flag"
	"fmt"
)

// options are the flags of mongod that mean something here: https://www.mongodb.com/docs/v4.4/reference/program/mongod/
type options struct {
	port         int
	folder       string
	keyFile      string
	allAddresses bool
	version      bool
}

// parseOptions reads mongod's flags, and those of the mongo that Juju's probes call. Those that Juju gives and that
// change nothing here are accepted by name; any other is an error, so that a Juju that asks for more is noticed. An error has been printed.
func parseOptions(name string, args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.IntVar(&o.port, "port", 27017, "port to listen on")
	flags.StringVar(&o.folder, "dbpath", "", "folder of the journal; nothing is kept without one")
	for _, key := range []string{"sslPEMKeyFile", "tlsCertificateKeyFile"} {
		flags.StringVar(&o.keyFile, key, "", "file with certificate and key; no TLS without one")
	}
	flags.BoolVar(&o.allAddresses, "bind_ip_all", false, "listen on every address instead of 127.0.0.1")
	flags.BoolVar(&o.version, "version", false, "print the version and exit")
	for _, key := range []string{"journal", "quiet", "auth", "ipv6", "ssl", "tls", "sslAllowInvalidHostnames",
		"sslAllowInvalidCertificates", "tlsAllowInvalidHostnames", "tlsAllowInvalidCertificates"} {
		flags.Bool(key, false, "accepted, changes nothing")
	}
	for _, key := range []string{"sslPEMKeyPassword", "sslMode", "tlsCertificateKeyFilePassword", "tlsMode", "replSet",
		"oplogSize", "keyFile", "storageEngine", "wiredTigerCacheSizeGB", "eval"} {
		flags.String(key, "", "accepted, changes nothing")
	}
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("%s takes no argument, but got %q", name, flags.Arg(0))
		fmt.Fprintln(flags.Output(), err)
		return o, err
	}
	return o, nil
}
