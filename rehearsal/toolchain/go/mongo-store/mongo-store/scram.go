package main

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// iterations is the least that clients accept: https://www.rfc-editor.org/rfc/rfc5802#section-5.1
const iterations = 4096

// login is a SCRAM conversation after its first message: https://www.rfc-editor.org/rfc/rfc5802#section-3
type login struct {
	hash        func() hash.Hash
	salted      []byte
	clientFirst string
	serverFirst string
	nonce       string
	proven      bool
}

func randomBytes(n int) []byte {
	raw := make([]byte, n)
	rand.Read(raw) // Never fails: https://pkg.go.dev/crypto/rand#Read
	return raw
}

// saslStart answers alike for an unknown user and, later, a wrong password.
func saslStart(s *store, r *request) document {
	bare, ok := strings.CutPrefix(payloadOf(r), "n,,")
	fields := scramFields(bare)
	if !ok || fields["n"] == "" || fields["r"] == "" {
		panic(protocolError.errorf("a SCRAM conversation that does not begin with n,,n=<user>,r=<nonce>"))
	}
	name := strings.NewReplacer("=2C", ",", "=3D", "=").Replace(fields["n"])
	user := s.user(r.database, name)
	if user == nil {
		user = s.user("admin", name)
	}
	if user == nil {
		panic(loginFailed())
	}
	begun := &login{clientFirst: bare, nonce: fields["r"] + base64.StdEncoding.EncodeToString(randomBytes(12))}
	password := textField(user, "pwd")
	switch mechanism := textField(r.body, "mechanism"); mechanism {
	case "SCRAM-SHA-256":
		begun.hash = sha256.New
	case "SCRAM-SHA-1":
		// https://github.com/mongodb/specifications/blob/master/source/auth/auth.md#scram-sha-1
		digest := md5.Sum([]byte(name + ":mongo:" + password))
		begun.hash, password = sha1.New, hex.EncodeToString(digest[:])
	default:
		panic(badValue.errorf("Unsupported mechanism '%s'", mechanism))
	}
	salt := randomBytes(16)
	salted, err := pbkdf2.Key(begun.hash, password, salt, iterations, begun.hash().Size())
	if err != nil {
		panic(internalError.errorf("%v", err))
	}
	begun.salted = salted
	begun.serverFirst = fmt.Sprintf("r=%s,s=%s,i=%d", begun.nonce, base64.StdEncoding.EncodeToString(salt), iterations)
	r.client.login = begun
	return saslAnswer(begun.serverFirst, false)
}

// saslContinue checks the client's proof, then ends the conversation with an empty message:
// https://github.com/mongodb/specifications/blob/master/source/auth/auth.md#scram-sha-256
func saslContinue(_ *store, r *request) document {
	open := r.client.login
	if open == nil {
		panic(protocolError.errorf("no SASL conversation has begun"))
	}
	if open.proven {
		r.client.login = nil
		return saslAnswer("", true)
	}
	clientFinal, encoded, _ := strings.Cut(payloadOf(r), ",p=")
	proof, err := base64.StdEncoding.DecodeString(encoded)
	message := open.clientFirst + "," + open.serverFirst + "," + clientFinal
	if err != nil || scramFields(clientFinal)["r"] != open.nonce || !hmac.Equal(proof, open.proof(message)) {
		r.client.login = nil
		panic(loginFailed())
	}
	open.proven = true
	signature := open.mac(open.mac(open.salted, "Server Key"), message)
	return saslAnswer("v="+base64.StdEncoding.EncodeToString(signature), false)
}

func (l *login) mac(key []byte, message string) []byte {
	mac := hmac.New(l.hash, key)
	mac.Write([]byte(message))
	return mac.Sum(nil)
}

// proof is what only somebody who knows the password can give.
func (l *login) proof(message string) []byte {
	clientKey := l.mac(l.salted, "Client Key")
	stored := l.hash()
	stored.Write(clientKey)
	proof := l.mac(stored.Sum(nil), message)
	for i := range proof {
		proof[i] ^= clientKey[i]
	}
	return proof
}

func loginFailed() failure { return authenticationFailed.errorf("Authentication failed.") }

func payloadOf(r *request) string {
	value, _ := get(r.body, "payload")
	switch payload := value.(type) {
	case []byte:
		return string(payload)
	case string:
		return payload
	}
	panic(protocolError.errorf("a SASL message without a payload"))
}

func saslAnswer(payload string, done bool) document {
	return newDocument("conversationId", 1, "done", done, "payload", []byte(payload))
}

func scramFields(message string) map[string]string {
	fields := map[string]string{}
	for _, field := range strings.Split(message, ",") {
		if name, value, ok := strings.Cut(field, "="); ok {
			fields[name] = value
		}
	}
	return fields
}
