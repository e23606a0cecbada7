module ckf-rehearsal/juju-client

go 1.26.0
