// Command juju-stand-in is the client of the stand-in juju: it sends its command line to the controller and shows the answer.
// It is compiled because a rehearsal starts it thousands of times.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const retryEvery = 2 * time.Second

// known is what startController writes into JUJU_DATA.
type known struct {
	Socket     string `json:"socket"`
	Version    string `json:"version"`
	Controller string `json:"controller"`
	Model      string `json:"model"`
}

// message is a line from the controller: it asks for standard input, or answers.
type message struct {
	Need   string `json:"need"`
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"`
	Code   int    `json:"code"`
}

func finish(stdout, stderr string, code int) {
	os.Stderr.WriteString(stderr)
	os.Stdout.WriteString(stdout)
	os.Exit(code)
}

func dataFolder() string {
	if data := os.Getenv("JUJU_DATA"); data != "" {
		return data
	}
	share := os.Getenv("XDG_DATA_HOME")
	if share == "" {
		home, _ := os.UserHomeDir()
		share = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(share, "juju")
}

// dial tries until the patience of a real juju, ten minutes, is at its end.
func dial(socket string) net.Conn {
	patience := 600_000
	if set, err := strconv.Atoi(os.Getenv("STANDIN_DIAL_TIMEOUT_MS")); err == nil && set > 0 {
		patience = set
	}
	for end := time.Now().Add(time.Duration(patience) * time.Millisecond); ; {
		connection, err := net.Dial("unix", socket)
		switch {
		case err == nil:
			return connection
		case errors.Is(err, syscall.EAGAIN):
			time.Sleep(20 * time.Millisecond)
		case !errors.Is(err, syscall.ENOENT) && !errors.Is(err, syscall.ECONNREFUSED):
			finish("", "ERROR connection is shut down\n", 1)
		case time.Now().Add(retryEvery).After(end):
			finish("", fmt.Sprintf("ERROR unable to connect to API: dial unix %s: connect: connection refused\n", socket), 1)
		default:
			time.Sleep(retryEvery)
		}
	}
}

func wantedEnv() map[string]string {
	wanted := map[string]string{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "JUJU_") || name == "NO_COLOR" {
			wanted[name] = value
		}
	}
	return wanted
}

func main() {
	argv := os.Args[1:]
	is := func(verb string) bool { return len(argv) > 0 && argv[0] == verb }
	var of known
	if text, err := os.ReadFile(filepath.Join(dataFolder(), "stand-in.json")); err != nil || json.Unmarshal(text, &of) != nil {
		if is("whoami") {
			finish("", "There is no current controller.\nRun juju controllers to see available controllers.\n", 0)
		}
		finish("", "ERROR No controllers registered.\n\nPlease either create a new controller using \"juju bootstrap\" or connect to\nanother controller that you have been given access to using \"juju register\".\n", 1)
	}
	// These two never contact a controller.
	if is("version") && len(argv) == 1 {
		finish(of.Version+"-ubuntu-amd64\n", "", 0)
	}
	if is("whoami") && (slices.Contains(argv, "json") || slices.Contains(argv, "--format=json")) {
		answer, _ := json.Marshal(map[string]string{"controller": of.Controller, "model": of.Model, "user": "admin"})
		finish(string(answer)+"\n", "", 0)
	}

	connection := dial(of.Socket)
	cwd, _ := os.Getwd()
	send := json.NewEncoder(connection)
	lines := bufio.NewReader(connection)
	_ = send.Encode(map[string]any{"argv": argv, "cwd": cwd, "env": wantedEnv()})
	for {
		line, err := lines.ReadBytes('\n')
		var received message
		if err != nil || json.Unmarshal(line, &received) != nil {
			finish("", "ERROR connection is shut down\n", 1)
		}
		if received.Need != "stdin" {
			finish(received.Stdout, received.Stderr, received.Code)
		}
		input, _ := io.ReadAll(os.Stdin)
		_ = send.Encode(map[string]string{"stdin": string(input)})
	}
}
