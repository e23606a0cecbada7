package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/juju/mgo/v2"
)

// TestMain makes a store of the test's own executable, where it is called as one.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "mongod" {
		os.Args = withoutFlagsOfMgo(os.Args)
		main()
		return
	}
	os.Exit(m.Run())
}

// withoutFlagsOfMgo removes those that only mgo's own tests give to mongod.
func withoutFlagsOfMgo(args []string) []string {
	if i := slices.Index(args, "--bind_ip"); i >= 0 {
		args = slices.Delete(args, i, i+2)
	}
	return slices.DeleteFunc(args, func(arg string) bool { return arg == "--nojournal" })
}

// mongodFolder has the test's executable under the name mongod.
func mongodFolder(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, "mongod")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// process is a store of its own, as a controller has it.
type process struct {
	address string
	command *exec.Cmd
}

func startProcess(t *testing.T, args ...string) *process {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	return startProcessAt(t, port, args...)
}

func startProcessAt(t *testing.T, port int, args ...string) *process {
	t.Helper()
	args = append(args, fmt.Sprintf("--port=%d", port))
	p := &process{fmt.Sprintf("127.0.0.1:%d", port), exec.Command(filepath.Join(mongodFolder(t), "mongod"), args...)}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p
}

func (p *process) kill() {
	p.command.Process.Kill()
	p.command.Wait()
}

func (p *process) dial(t *testing.T) *mgo.Session {
	t.Helper()
	session, err := mgo.DialWithTimeout(p.address, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	return session
}

// must carries out a command of which no error is expected.
func must(t *testing.T, s *store, namesAndValues ...any) document {
	t.Helper()
	answer := s.run(&connection{}, "db", newDocument(namesAndValues...))
	if _, ok := get(answer, "writeErrors"); ok || !boolField(answer, "ok") {
		t.Fatalf("%v is answered with %v", namesAndValues, answer)
	}
	return answer
}

// refused gives the code of the error that is expected.
func refused(t *testing.T, s *store, namesAndValues ...any) int {
	t.Helper()
	answer := s.run(&connection{}, "db", newDocument(namesAndValues...))
	if boolField(answer, "ok") {
		t.Fatalf("%v is answered with %v", namesAndValues, answer)
	}
	return intField(answer, "code")
}

func storeWith(t *testing.T, documents ...document) *store {
	t.Helper()
	s := newStore()
	for _, d := range documents {
		must(t, s, "insert", "c", "documents", array{d})
	}
	return s
}

// found gives what a find of the collection db.c gives.
func found(t *testing.T, s *store, namesAndValues ...any) array {
	t.Helper()
	return batchOf(must(t, s, append([]any{"find", "c"}, namesAndValues...)...), "firstBatch")
}

func batchOf(answer document, field string) array {
	batch, _ := get(documentField(answer, "cursor"), field)
	return batch.(array)
}

func expect(t *testing.T, got, wanted any) {
	t.Helper()
	if !reflect.DeepEqual(got, wanted) {
		t.Errorf("got %v, wanted %v", got, wanted)
	}
}
