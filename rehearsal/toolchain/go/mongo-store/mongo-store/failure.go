package main

import "fmt"

// errorCode is one of the server's:
// https://github.com/mongodb/mongo/blob/v4.4/src/mongo/base/error_codes.yml
type errorCode struct {
	number int
	name   string
}

var (
	internalError        = errorCode{1, "InternalError"}
	badValue             = errorCode{2, "BadValue"}
	failedToParse        = errorCode{9, "FailedToParse"}
	userNotFound         = errorCode{11, "UserNotFound"}
	typeMismatch         = errorCode{14, "TypeMismatch"}
	protocolError        = errorCode{17, "ProtocolError"}
	authenticationFailed = errorCode{18, "AuthenticationFailed"}
	namespaceNotFound    = errorCode{26, "NamespaceNotFound"}
	indexNotFound        = errorCode{27, "IndexNotFound"}
	pathNotViable        = errorCode{28, "PathNotViable"}
	cursorNotFound       = errorCode{43, "CursorNotFound"}
	namespaceExists      = errorCode{48, "NamespaceExists"}
	commandNotFound      = errorCode{59, "CommandNotFound"}
	immutableField       = errorCode{66, "ImmutableField"}
	notYetInitialized    = errorCode{94, "NotYetInitialized"}
	noSuchTransaction    = errorCode{251, "NoSuchTransaction"}
	historyLost          = errorCode{286, "ChangeStreamHistoryLost"}
	duplicateKey         = errorCode{11000, "DuplicateKey"}
	userExists           = errorCode{51003, "Location51003"}
)

// failure is what a client gets as an answer. It travels as a panic from where it is found to attempt: matching and
// updating are deeply recursive, and nothing between has anything to add.
type failure struct {
	code    errorCode
	message string
}

func (c errorCode) errorf(format string, args ...any) failure {
	return failure{c, fmt.Sprintf(format, args...)}
}

// attempt gives the failure that a function ended with; any other panic goes on.
func attempt(do func()) (failed *failure) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case failure:
			failed = &problem
		default:
			panic(problem)
		}
	}()
	do()
	return nil
}
