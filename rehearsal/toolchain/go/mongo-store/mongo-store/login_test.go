package main

import (
	"strings"
	"testing"

	"github.com/juju/mgo/v2"
)

func TestLogin(t *testing.T) {
	store := startProcess(t)
	admin := store.dial(t).DB("admin")
	if err := admin.UpsertUser(&mgo.User{Username: "machine-0", Password: "se,c=ret"}); err != nil {
		t.Fatal(err)
	}
	for _, mechanism := range []string{"SCRAM-SHA-1", "SCRAM-SHA-256"} {
		login := func(user, password string) error {
			session := store.dial(t)
			defer session.Refresh()
			return session.Login(&mgo.Credential{Username: user, Password: password, Source: "admin", Mechanism: mechanism})
		}
		if err := login("machine-0", "se,c=ret"); err != nil {
			t.Errorf("%s with the right password: %v", mechanism, err)
		}
		for _, wrong := range [][2]string{{"machine-0", "other"}, {"machine-1", "se,c=ret"}} {
			if err := login(wrong[0], wrong[1]); err == nil || !strings.Contains(err.Error(), "Authentication failed") {
				t.Errorf("%s of %s with a wrong password: %v", mechanism, wrong[0], err)
			}
		}
	}
}

func TestMalformedLoginsAreRefused(t *testing.T) {
	s := newStore()
	expect(t, refused(t, s, "saslContinue", 1, "payload", []byte("")), protocolError.number)
	for _, payload := range []string{"", "n", "n,,", "n,,n=a"} {
		expect(t, refused(t, s, "saslStart", 1, "mechanism", "SCRAM-SHA-1", "payload", []byte(payload)), protocolError.number)
	}
	must(t, s, "createUser", "a", "pwd", "p")
	client := &connection{}
	start := newDocument("saslStart", 1, "mechanism", "SCRAM-SHA-1", "payload", []byte("n,,n=a,r=x"))
	if answer := s.run(client, "db", start); !boolField(answer, "ok") {
		t.Fatal(answer)
	}
	answer := s.run(client, "db", newDocument("saslContinue", 1, "payload", []byte("c=biws")))
	expect(t, intField(answer, "code"), authenticationFailed.number)
}

func TestPasswordsAreNotShown(t *testing.T) {
	s := newStore()
	must(t, s, "createUser", "a", "pwd", "secret")
	if shown := text(must(t, s, "usersInfo", 1)); strings.Contains(shown, "secret") {
		t.Error(shown)
	}
	expect(t, refused(t, s, "createUser", "a", "pwd", "p"), userExists.number)
	expect(t, refused(t, s, "updateUser", "b", "pwd", "p"), userNotFound.number)
	must(t, s, "dropUser", "a")
	expect(t, refused(t, s, "dropUser", "a"), userNotFound.number)
}
