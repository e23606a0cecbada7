package main

import "encoding/hex"

const usersNamespace = "admin.system.users"

// userCommands keep users for their logins. Roles are kept and mean nothing: nobody is refused anything.
var userCommands = map[string]handler{
	"createuser":       createUser,
	"updateuser":       updateUser,
	"dropuser":         dropUser,
	"usersinfo":        usersInfo,
	"grantrolestouser": nothing,
	"saslstart":        saslStart,
	"saslcontinue":     saslContinue,
	"logout":           nothing,
	// Not one of 4.4, but mgo gives a connection up that has no nonce.
	"getnonce": func(*store, *request) document { return newDocument("nonce", hex.EncodeToString(randomBytes(8))) },
}

func (s *store) user(database, name string) document {
	if e := s.existing(usersNamespace).byKey[keyOf(database+"."+name)]; e != nil {
		return e.doc
	}
	return nil
}

func createUser(s *store, r *request) document {
	if s.user(r.database, r.target()) != nil {
		panic(userExists.errorf(`User "%s@%s" already exists`, r.target(), r.database))
	}
	s.setUser(r, newDocument("_id", r.namespace(), "user", r.target(), "db", r.database))
	return document{}
}

func updateUser(s *store, r *request) document {
	s.setUser(r, s.mustUser(r))
	return document{}
}

func dropUser(s *store, r *request) document {
	s.mustUser(r)
	users := s.created(usersNamespace)
	s.remove(users, users.byKey[keyOf(r.namespace())])
	return document{}
}

func (s *store) mustUser(r *request) document {
	user := s.user(r.database, r.target())
	if user == nil {
		panic(userNotFound.errorf("User %s@%s not found", r.target(), r.database))
	}
	return user
}

// setUser takes over what a command gives of the password and the roles.
func (s *store) setUser(r *request, user document) {
	for _, name := range []string{"pwd", "roles"} {
		if value, ok := get(r.body, name); ok {
			user = editField(user, []string{name}, constant(value))
		}
	}
	s.put(s.created(usersNamespace), user)
}

func usersInfo(s *store, _ *request) document {
	users := array{}
	s.existing(usersNamespace).each(func(e *entry) bool {
		users = append(users, withoutField(e.doc, "pwd"))
		return true
	})
	return newDocument("users", users)
}
