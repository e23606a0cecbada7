package main

import (
	"os"
	"os/exec"
	"testing"

	_ "github.com/juju/mgo/v2/dbtest"
	_ "github.com/juju/mgo/v2/sstxn"
	_ "github.com/juju/mgo/v2/txn"
	_ "gopkg.in/check.v1"
)

// mgo's own tests of the transactions that Juju is made of: those of the client (txn, Juju 2.9) and those of the server
// (sstxn, Juju 3.6). Left out are those that begin a second transaction while the first, which waits for it, is open:
// here the second one waits, until the first has lived too long.
func TestSuitesOfMgo(t *testing.T) {
	// Where nothing answers at this port, sstxn waits ten seconds before each of its tests.
	startProcessAt(t, 40011).dial(t)
	for suite, tests := range map[string]string{
		"txn":   ".",
		"sstxn": `S\.Test(Ch|[^C]|ConcurrentUpdateTest)`,
	} {
		t.Run(suite, func(t *testing.T) {
			command := exec.Command("go", "test", "-count=1", "github.com/juju/mgo/v2/"+suite, "-fast", "-check.f", tests)
			command.Env = append(os.Environ(), "PATH="+mongodFolder(t)+":"+os.Getenv("PATH"))
			if output, err := command.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, output[max(0, len(output)-20_000):])
			}
		})
	}
}
