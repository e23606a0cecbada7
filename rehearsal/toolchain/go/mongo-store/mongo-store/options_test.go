package main

import "testing"

// The arguments of caas/kubernetes/provider/bootstrap.go of Juju 2.9.42, for mongod and for the probe.
func TestFlagsThatJujuGivesAreAccepted(t *testing.T) {
	o, err := parseOptions("mongod", []string{"--dbpath=/db", "--sslPEMKeyFile=/key", "--sslPEMKeyPassword=ignored",
		"--sslMode=requireSSL", "--port=37017", "--journal", "--replSet=juju", "--quiet", "--oplogSize=1024", "--auth",
		"--keyFile=/secret", "--storageEngine=wiredTiger", "--bind_ip_all"})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, o, options{port: 37017, folder: "/db", keyFile: "/key", allAddresses: true})
	_, err = parseOptions("mongo", []string{"--port=37017", "--ssl", "--sslAllowInvalidHostnames",
		"--sslAllowInvalidCertificates", "--sslPEMKeyFile=/key", "--eval", "db.adminCommand('ping')"})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnyOtherArgumentIsAnError(t *testing.T) {
	for _, arg := range []string{"--shardsvr", "stray"} {
		if _, err := parseOptions("mongod", []string{arg}); err == nil {
			t.Errorf("%s is accepted", arg)
		}
	}
}
