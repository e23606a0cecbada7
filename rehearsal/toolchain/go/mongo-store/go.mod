module ckf-rehearsal/mongo-store

go 1.26.0

require github.com/juju/mgo/v2 v2.0.2
