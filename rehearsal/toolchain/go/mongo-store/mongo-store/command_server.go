package main

import (
	"time"

	"github.com/juju/mgo/v2/bson"
)

const (
	// serverVersion is the release of MongoDB whose answers are given: that of Juju's own image, juju-db:4.4.
	serverVersion = "4.4.18"
	// maxWireVersion is that of 4.4: https://github.com/mongodb/mongo/blob/v4.4/src/mongo/db/wire_version.h
	maxWireVersion = 9
	maxDocument    = 16 << 20
	sessionMinutes = 30
)

// serverCommands are about the process. Memory, uptime and rights are not asked for in earnest.
var serverCommands = map[string]handler{
	"ismaster":                       hello,
	"hello":                          hello,
	"buildinfo":                      buildInfo,
	"serverstatus":                   serverStatus,
	"getparameter":                   getParameter,
	"ping":                           nothing,
	"getlasterror":                   nothing,
	"fsync":                          nothing,
	"setparameter":                   nothing,
	"setfeaturecompatibilityversion": nothing,
	"getcmdlineopts": func(*store, *request) document {
		return newDocument("argv", array{"mongod"}, "parsed", document{})
	},
	"hostinfo": func(*store, *request) document {
		return newDocument("system", newDocument("hostname", "localhost"))
	},
}

// hello tells what the server can do, and its replica set once there is one:
// https://www.mongodb.com/docs/v4.4/reference/command/hello/
func hello(s *store, _ *request) document {
	answer := newDocument(
		"ismaster", true,
		"isWritablePrimary", true,
		"maxBsonObjectSize", maxDocument,
		"maxMessageSizeBytes", maxMessage,
		"maxWriteBatchSize", 100000,
		"localTime", time.Now(),
		"logicalSessionTimeoutMinutes", sessionMinutes,
		"minWireVersion", 0,
		"maxWireVersion", maxWireVersion,
		"readOnly", false,
	)
	config := s.replicaSet()
	if config == nil {
		return answer
	}
	hosts := array{}
	for _, member := range membersOf(config) {
		hosts = append(hosts, textField(member, "host"))
	}
	name, _ := get(config, "_id")
	version, _ := get(config, "version")
	return append(answer, newDocument("setName", name, "setVersion", version, "secondary", false,
		"hosts", hosts, "primary", hosts[0], "me", hosts[0])...)
}

func buildInfo(*store, *request) document {
	return newDocument("version", serverVersion, "versionArray", array{4, 4, 18, 0}, "gitVersion", "mongo-store",
		"bits", 64, "debug", false, "maxBsonObjectSize", maxDocument, "storageEngines", array{"wiredTiger"})
}

func serverStatus(*store, *request) document {
	return newDocument("version", serverVersion, "process", "mongod", "uptime", 1000.0,
		"storageEngine", newDocument("name", "wiredTiger", "supportsCommittedReads", true),
		"connections", newDocument("current", 1, "available", 1000))
}

func getParameter(*store, *request) document {
	return newDocument("featureCompatibilityVersion", newDocument("version", "4.4"))
}

// replicaSetCommands know one member. Its configuration is a document like any other, as in the server.
var replicaSetCommands = map[string]handler{
	"replsetinitiate":  configureReplicaSet,
	"replsetreconfig":  configureReplicaSet,
	"replsetgetconfig": func(s *store, _ *request) document { return newDocument("config", s.mustReplicaSet()) },
	"replsetgetstatus": replicaSetStatus,
	"replsetstepdown":  nothing,
}

func (s *store) replicaSet() (config document) {
	s.existing("local.system.replset").each(func(e *entry) bool { config = e.doc; return false })
	return config
}

func (s *store) mustReplicaSet() document {
	config := s.replicaSet()
	if config == nil {
		panic(notYetInitialized.errorf("no replset config has been received"))
	}
	return config
}

func membersOf(config document) []document {
	value, _ := get(config, "members")
	var members []document
	for _, member := range asArray(value, "members") {
		members = append(members, asDocument(member, "a member"))
	}
	return members
}

// configureReplicaSet makes a set of this server where none is described: rs.initiate() without an argument.
func configureReplicaSet(s *store, r *request) document {
	config, described := r.argument().(document)
	if !described {
		config = newDocument("_id", "juju", "version", 1, "protocolVersion", int64(1),
			"members", array{newDocument("_id", 0, "host", s.address)})
	}
	if len(membersOf(config)) == 0 {
		panic(badValue.errorf("a replica set without members"))
	}
	s.put(s.created("local.system.replset"), config)
	return document{}
}

// replicaSetStatus takes the first member for the primary, and this server for it:
// https://www.mongodb.com/docs/v4.4/reference/command/replSetGetStatus/
func replicaSetStatus(s *store, _ *request) document {
	config := s.mustReplicaSet()
	members := array{}
	for i, member := range membersOf(config) {
		id, _ := get(member, "_id")
		state, name := 1, "PRIMARY"
		if i > 0 {
			state, name = 2, "SECONDARY"
		}
		now := bson.MongoTimestamp(time.Now().Unix() << 32)
		members = append(members, newDocument("_id", id, "name", textField(member, "host"), "health", 1.0, "state", state,
			"stateStr", name, "uptime", 1000, "optime", newDocument("ts", now, "t", int64(1)), "optimeDate", time.Now(),
			"self", i == 0))
	}
	set, _ := get(config, "_id")
	return newDocument("set", set, "date", time.Now(), "myState", 1, "term", int64(1), "members", members)
}
