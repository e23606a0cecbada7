package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"log"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/juju/mgo/v2/bson"
)

type conn struct {
	net.Conn
	r    *bufio.Reader
	sasl *scram
}
type cmdErr struct {
	code int
	name string
	msg  string
}

func (e cmdErr) Error() string { return e.msg }

func (s *store) serve(nc net.Conn) {
	defer nc.Close()
	c := &conn{Conn: nc, r: bufio.NewReader(nc)}
	for {
		var h [16]byte
		if _, err := io.ReadFull(c.r, h[:]); err != nil {
			return
		}
		n := binary.LittleEndian.Uint32(h[:])
		if n < 16 || n > 64<<20 {
			return
		}
		b := make([]byte, n-16)
		if _, err := io.ReadFull(c.r, b); err != nil {
			return
		}
		if err := s.message(c, binary.LittleEndian.Uint32(h[4:]), binary.LittleEndian.Uint32(h[12:]), b); err != nil {
			log.Print("connection: ", err)
			return
		}
	}
}

const opMessage = 2013

var reqID int32

func frame(op, to uint32, body []byte) []byte {
	out := make([]byte, 16, 16+len(body))
	binary.LittleEndian.PutUint32(out, uint32(16+len(body)))
	binary.LittleEndian.PutUint32(out[4:], uint32(atomic.AddInt32(&reqID, 1)))
	binary.LittleEndian.PutUint32(out[8:], to)
	binary.LittleEndian.PutUint32(out[12:], op)
	return append(out, body...)
}
func (s *store) message(c *conn, id, op uint32, b []byte) error {
	switch op {
	case 2004:
		b = b[4:]
		i := strings.IndexByte(string(b), 0)
		ns := string(b[:i])
		b = b[i+1+8:]
		n := binary.LittleEndian.Uint32(b)
		var q D
		if err := bson.Unmarshal(b[:n], &q); err != nil {
			return err
		}
		if w, ok := get(q, "$query"); ok {
			q = w.(D)
		}
		if !strings.HasSuffix(ns, ".$cmd") {
			log.Printf("OP_QUERY on %s: %v", ns, q)
			return fmt.Errorf("plain OP_QUERY")
		}
		out, err := bson.Marshal(s.command(c, strings.TrimSuffix(ns, ".$cmd"), q))
		if err != nil {
			return err
		}
		body := make([]byte, 20, 20+len(out))
		binary.LittleEndian.PutUint32(body, 8)
		binary.LittleEndian.PutUint32(body[16:], 1)
		_, err = c.Write(frame(1, id, append(body, out...)))
		return err
	case 2013:
		flags := binary.LittleEndian.Uint32(b)
		if flags&1 != 0 {
			b = b[:len(b)-4]
		}
		b = b[4:]
		var q D
		seqs := D{}
		for len(b) > 0 {
			kind := b[0]
			b = b[1:]
			n := binary.LittleEndian.Uint32(b)
			if kind == 0 {
				if err := bson.Unmarshal(b[:n], &q); err != nil {
					return err
				}
			} else {
				p := b[4:n]
				i := strings.IndexByte(string(p), 0)
				name := string(p[:i])
				p = p[i+1:]
				var docs A
				for len(p) > 0 {
					m := binary.LittleEndian.Uint32(p)
					var d D
					if err := bson.Unmarshal(p[:m], &d); err != nil {
						return err
					}
					docs = append(docs, d)
					p = p[m:]
				}
				seqs = append(seqs, bson.DocElem{Name: name, Value: docs})
			}
			b = b[n:]
		}
		q = append(q, seqs...)
		db, _ := get(q, "$db")
		res, err := bson.Marshal(s.command(c, fmt.Sprint(db), q))
		if err != nil || flags&2 != 0 {
			return err
		}
		_, err = c.Write(frame(2013, id, append([]byte{0, 0, 0, 0, 0}, res...)))
		return err
	case 2007:
		b = b[8:]
		s.mu.Lock()
		for len(b) >= 8 {
			delete(s.cursors, int64(binary.LittleEndian.Uint64(b)))
			b = b[8:]
		}
		s.mu.Unlock()
		return nil
	}
	return fmt.Errorf("opcode %d", op)
}

var unknown = map[string]bool{}

func (s *store) command(c *conn, db string, q D) (res D) {
	name := q[0].Name
	start := time.Now()
	s.mu.Lock()
	tx := ""
	if lsid, ok := get(q, "lsid"); ok {
		if n, ok := get(q, "txnNumber"); ok {
			tx = fmt.Sprintf("%x/%v", fmt.Sprint(lsid), n)
		}
	}
	lname := strings.ToLower(name)
	free := lname == "ismaster" || lname == "hello" || lname == "ping" || strings.HasPrefix(lname, "sasl")
	if !free {
		deadline := time.Now().Add(15 * time.Second)
		for s.txn != "" && s.txn != tx {
			if time.Now().After(deadline) {
				log.Printf("a transaction is stuck, aborted: %s", s.txn)
				s.abort()
				break
			}
			go func() { time.Sleep(time.Second); s.free.Broadcast() }()
			s.free.Wait()
		}
	}
	if st, ok := get(q, "startTransaction"); ok && truthy(st) {
		s.undo, s.txn = nil, tx
	}
	defer func() {
		if r := recover(); r != nil {
			switch e := r.(type) {
			case cmdErr:
				res = D{{"ok", 0.0}, {"errmsg", e.msg}, {"code", e.code}, {"codeName", e.name}}
			case writeErr:
				res = D{{"ok", 0.0}, {"errmsg", e.msg}, {"code", e.code}, {"codeName", "Error"}}
			case badQuery:
				log.Printf("BAD QUERY %s: %v", string(e), q)
				res = D{{"ok", 0.0}, {"errmsg", string(e)}, {"code", 2}, {"codeName", "BadValue"}}
			default:
				log.Printf("PANIC %v in %.2000v", r, q)
				s.mu.Unlock()
				panic(r)
			}
		}
		s.mu.Unlock()
		if d := time.Since(start); d > 100*time.Millisecond {
			log.Printf("slow %v: %s %.200v", d, db, q)
		}
	}()
	return append(s.run(c, db, name, q), D{{"ok", 1.0}}...)
}
func str(q D, k string) string {
	v, _ := get(q, k)
	x, _ := v.(string)
	return x
}
func sub(q D, k string) D {
	v, _ := get(q, k)
	d, _ := v.(D)
	return d
}
func boolOf(q D, k string) bool { v, _ := get(q, k); return truthy(v) }
func intOf(q D, k string) int   { v, _ := get(q, k); return toInt(v) }

func (s *store) batch(ns string, docs []D, size int, single bool) D {
	var first A
	rest := docs
	bytes := 0
	for len(rest) > 0 && (size <= 0 || len(first) < size) && bytes < 8<<20 {
		if size > 0 || len(first) > 100 {
			b, _ := bson.Marshal(rest[0])
			bytes += len(b)
		} else {
			bytes += 300000 * 0
			if b, _ := bson.Marshal(rest[0]); len(b) > 0 {
				bytes += len(b)
			}
		}
		first = append(first, rest[0])
		rest = rest[1:]
	}
	if first == nil {
		first = A{}
	}
	var id int64
	if len(rest) > 0 && !single {
		s.nextCur++
		id = s.nextCur
		s.cursors[id] = &cursor{ns, rest}
		if len(s.cursors) > 10000 {
			for k := range s.cursors {
				if k < id-5000 {
					delete(s.cursors, k)
				}
			}
		}
	}
	return D{{"cursor", D{{"id", id}, {"ns", ns}, {"firstBatch", first}}}}
}
func now() bson.MongoTimestamp { return bson.MongoTimestamp(time.Now().Unix() << 32) }

func (s *store) run(c *conn, db, name string, q D) D {
	target, _ := q[0].Value.(string)
	ns := db + "." + target
	switch strings.ToLower(name) {
	case "ismaster", "hello":
		d := D{{"ismaster", true}, {"isWritablePrimary", true}, {"maxBsonObjectSize", 16 << 20}, {"maxMessageSizeBytes", 48000000}, {"maxWriteBatchSize", 100000},
			{"localTime", time.Now()}, {"logicalSessionTimeoutMinutes", 30}, {"minWireVersion", 0}, {"maxWireVersion", maxWireVersion}, {"readOnly", false}}
		if cfg := s.replset(); cfg != nil {
			var hosts A
			for _, m := range cfg["members"].(A) {
				h, _ := get(m.(D), "host")
				hosts = append(hosts, h)
			}
			d = append(d, D{{"setName", cfg["_id"]}, {"setVersion", cfg["version"]}, {"secondary", false}, {"hosts", hosts}, {"primary", hosts[0]}, {"me", hosts[0]}}...)
		}
		return d
	case "buildinfo":
		var va A
		var a, b, p int
		fmt.Sscanf(serverVersion, "%d.%d.%d", &a, &b, &p)
		va = A{a, b, p, 0}
		return D{{"version", serverVersion}, {"gitVersion", "mongo-store"}, {"versionArray", va}, {"bits", 64}, {"debug", false}, {"maxBsonObjectSize", 16 << 20}, {"storageEngines", A{"wiredTiger"}}}
	case "ping", "logout", "getlasterror", "endsessions", "replsetstepdown", "setparameter", "setfeaturecompatibilityversion", "fsync", "collmod", "compact", "grantrolestouser", "killcursors", "reindex", "refreshsessions":
		return D{}
	case "getnonce":
		b := make([]byte, 8)
		rand.Read(b)
		return D{{"nonce", hex.EncodeToString(b)}}
	case "serverstatus":
		return D{{"version", serverVersion}, {"process", "mongod"}, {"uptime", 1000.0}, {"storageEngine", D{{"name", "wiredTiger"}, {"supportsCommittedReads", true}}}, {"connections", D{{"current", 1}, {"available", 1000}}}}
	case "getparameter":
		return D{{"featureCompatibilityVersion", D{{"version", serverVersion[:3]}}}}
	case "getcmdlineopts":
		return D{{"argv", A{"mongod"}}, {"parsed", D{}}}
	case "hostinfo":
		return D{{"system", D{{"hostname", "localhost"}}}}
	case "replsetinitiate", "replsetreconfig":
		cfg, ok := q[0].Value.(D)
		if !ok {
			cfg = D{{"_id", "juju"}, {"version", 1}, {"protocolVersion", int64(1)}, {"members", A{D{{"_id", 0}, {"host", s.self}}}}}
		}
		s.put(s.coll("local.system.replset", true), cfg)
		return D{}
	case "replsetgetconfig":
		for _, e := range s.coll("local.system.replset", false).order {
			return D{{"config", e.doc}}
		}
		panic(cmdErr{94, "NotYetInitialized", "no replset config has been received"})
	case "replsetgetstatus":
		cfg := s.replset()
		if cfg == nil {
			panic(cmdErr{94, "NotYetInitialized", "no replset config has been received"})
		}
		var ms A
		for i, m := range cfg["members"].(A) {
			id, _ := get(m.(D), "_id")
			h, _ := get(m.(D), "host")
			st, sn := 1, "PRIMARY"
			if i > 0 {
				st, sn = 2, "SECONDARY"
			}
			ms = append(ms, D{{"_id", id}, {"name", h}, {"health", 1.0}, {"state", st}, {"stateStr", sn}, {"uptime", 1000}, {"optime", D{{"ts", now()}, {"t", int64(1)}}}, {"optimeDate", time.Now()}, {"self", i == 0}})
		}
		return D{{"set", cfg["_id"]}, {"date", time.Now()}, {"myState", 1}, {"term", int64(1)}, {"members", ms}}
	case "createuser", "updateuser":
		u := s.coll("admin.system.users", true)
		id := db + "." + target
		e := u.byID[key(id)]
		if strings.ToLower(name) == "updateuser" && e == nil {
			panic(cmdErr{11, "UserNotFound", "User " + target + "@" + db + " not found"})
		}
		if strings.ToLower(name) == "createuser" && e != nil {
			panic(cmdErr{51003, "Location51003", "User \"" + target + "@" + db + "\" already exists"})
		}
		d := D{{"_id", id}, {"user", target}, {"db", db}}
		if e != nil {
			d = e.doc
		}
		up := D{}
		if p, ok := get(q, "pwd"); ok {
			up = append(up, bson.DocElem{"pwd", p})
		}
		if p, ok := get(q, "roles"); ok {
			up = append(up, bson.DocElem{"roles", p})
		}
		s.put(u, applyUpdate(d, D{{"$set", up}}, nil, false))
		return D{}
	case "dropuser":
		u := s.coll("admin.system.users", true)
		if e := u.byID[key(db+"."+target)]; e != nil {
			s.del(u, e)
			return D{}
		}
		panic(cmdErr{11, "UserNotFound", "User not found"})
	case "usersinfo":
		out := A{}
		for _, e := range s.coll("admin.system.users", false).order {
			if !e.gone {
				out = append(out, cut(e.doc, []string{"pwd"}))
			}
		}
		return D{{"users", out}}
	case "saslstart":
		return s.saslStart(c, db, q)
	case "saslcontinue":
		return s.saslContinue(c, q)
	case "committransaction":
		if s.txn != "" {
			s.commit()
		}
		return D{}
	case "aborttransaction":
		if s.txn != "" {
			s.abort()
		}
		return D{}

	case "insert":
		cl := s.coll(ns, true)
		var errs A
		n := 0
		docs, _ := get(q, "documents")
		for i, d := range docs.(A) {
			if err := s.try(func() { s.insert(cl, d.(D)) }); err != nil {
				errs = append(errs, D{{"index", i}, {"code", err.code}, {"errmsg", err.msg}})
				if o, ok := get(q, "ordered"); !ok || truthy(o) {
					break
				}
				continue
			}
			n++
		}
		return werrs(D{{"n", n}}, errs)
	case "update":
		cl := s.coll(ns, true)
		var errs, ups A
		n, mod := 0, 0
		us, _ := get(q, "updates")
		for i, x := range us.(A) {
			u := x.(D)
			err := s.try(func() {
				uq, uu := sub(u, "q"), sub(u, "u")
				es := s.find(cl, uq)
				if len(es) == 0 {
					if boolOf(u, "upsert") {
						d := s.upsert(cl, uq, uu)
						id, _ := get(d, "_id")
						ups = append(ups, D{{"index", i}, {"_id", id}})
						n++
					}
					return
				}
				if !boolOf(u, "multi") {
					es = es[:1]
				}
				for _, e := range es {
					n++
					nd := applyUpdate(e.doc, uu, uq, false)
					if cmp(nd, e.doc) != 0 || len(nd) != len(e.doc) {
						s.checkUnique(cl, nd, e.id)
						s.put(cl, nd)
						mod++
					}
				}
			})
			if err != nil {
				errs = append(errs, D{{"index", i}, {"code", err.code}, {"errmsg", err.msg}})
				if o, ok := get(q, "ordered"); !ok || truthy(o) {
					break
				}
			}
		}
		d := D{{"n", n}, {"nModified", mod}}
		if ups != nil {
			d = append(d, bson.DocElem{"upserted", ups})
		}
		return werrs(d, errs)
	case "delete":
		cl := s.coll(ns, false)
		n := 0
		ds, _ := get(q, "deletes")
		for _, x := range ds.(A) {
			es := s.find(cl, sub(x.(D), "q"))
			if intOf(x.(D), "limit") == 1 && len(es) > 1 {
				es = es[:1]
			}
			for _, e := range es {
				s.del(cl, e)
				n++
			}
		}
		return D{{"n", n}}
	case "find":
		cl := s.coll(ns, false)
		var docs []D
		by := sub(q, "sort")
		docs = docsOf(s.find(cl, sub(q, "filter")))
		sortDocs(docs, by)
		if k := intOf(q, "skip"); k > 0 {
			if k > len(docs) {
				k = len(docs)
			}
			docs = docs[k:]
		}
		limit := intOf(q, "limit")
		if limit < 0 {
			limit = -limit
		}
		if limit > 0 && len(docs) > limit {
			docs = docs[:limit]
		}
		if p := sub(q, "projection"); len(p) > 0 {
			out := make([]D, len(docs))
			for i := range docs {
				out[i] = project(docs[i], p)
			}
			docs = out
		}
		size := intOf(q, "batchSize")
		if size < 0 {
			size = -size
		}
		return s.batch(ns, docs, size, boolOf(q, "singleBatch"))
	case "startsession":
		b := make([]byte, 16)
		rand.Read(b)
		return D{{"id", D{{"id", bson.Binary{Kind: 4, Data: b}}}}, {"timeoutMinutes", 30}}
	case "getmore":
		id, _ := asI64(q[0].Value)
		if st := s.streams[id]; st != nil {
			if st.next < s.evBase {
				panic(cmdErr{286, "ChangeStreamHistoryLost", "history lost"})
			}
			ms := intOf(q, "maxTimeMS")
			if ms == 0 {
				ms = 1000
			}
			return s.streamBatch(id, st, ms, 100, "nextBatch")
		}
		cur := s.cursors[id]
		if cur == nil {
			panic(cmdErr{43, "CursorNotFound", fmt.Sprintf("cursor id %d not found", id)})
		}
		delete(s.cursors, id)
		r := s.batch(cur.ns, cur.docs, intOf(q, "batchSize"), false)
		cd := r[0].Value.(D)
		return D{{"cursor", D{{"id", cd[0].Value}, {"ns", cur.ns}, {"nextBatch", cd[2].Value}}}}
	case "count":
		n := len(s.find(s.coll(ns, false), sub(q, "query")))
		if k := intOf(q, "skip"); k > 0 {
			n -= k
			if n < 0 {
				n = 0
			}
		}
		if l := intOf(q, "limit"); l > 0 && n > l {
			n = l
		}
		return D{{"n", n}}
	case "distinct":
		out := A{}
		for _, e := range s.find(s.coll(ns, false), sub(q, "query")) {
			for _, v := range lookup(e.doc, strings.Split(str(q, "key"), ".")) {
				if a, ok := v.(A); ok {
					for _, w := range a {
						if !contains(out, w) {
							out = append(out, w)
						}
					}
				} else if !contains(out, v) {
					out = append(out, v)
				}
			}
		}
		return D{{"values", out}}
	case "findandmodify":
		return s.findAndModify(s.coll(ns, true), q)
	case "aggregate":
		p, _ := get(q, "pipeline")
		if pl := p.(A); len(pl) > 0 {
			if cs, ok := get(pl[0].(D), "$changeStream"); ok {
				st := &stream{db: db, next: s.evBase + int64(len(s.events)), pipeline: pl[1:]}
				if ra, ok := get(cs.(D), "resumeAfter"); ok {
					var n int64
					fmt.Sscanf(str(ra.(D), "_data"), "%x", &n)
					if n+1 >= s.evBase && n < st.next {
						st.next = n + 1
					}
				}
				s.nextCur++
				s.streams[s.nextCur] = st
				return s.streamBatch(s.nextCur, st, 0, 100, "firstBatch")
			}
		}
		var docs []D
		if target != "" {
			docs = docsOf(s.find(s.coll(ns, false), nil))
		}
		docs = s.pipeline(db, docs, p.(A))
		return s.batch(ns, docs, 0, true)
	case "createindexes":
		cl := s.coll(ns, true)
		before := len(cl.indexes) + 1
		ix, _ := get(q, "indexes")
		for _, i := range ix.(A) {
			if cl.addIndex(i.(D)) {
				s.log(ns, "index", i)
			}
		}
		return D{{"createdCollectionAutomatically", false}, {"numIndexesBefore", before}, {"numIndexesAfter", len(cl.indexes) + 1}}
	case "listindexes":
		cl := s.colls[ns]
		if cl == nil {
			panic(cmdErr{26, "NamespaceNotFound", "ns does not exist: " + ns})
		}
		docs := []D{{{"v", 2}, {"key", D{{"_id", 1}}}, {"name", "_id_"}, {"ns", ns}}}
		for _, i := range cl.indexes {
			docs = append(docs, i.raw)
		}
		return s.batch(ns, docs, 0, true)
	case "dropindexes", "deleteindexes":
		cl := s.coll(ns, false)
		want := str(q, "index")
		var keep []index
		for _, i := range cl.indexes {
			if want != "*" && i.name != want {
				keep = append(keep, i)
			}
		}
		cl.indexes = keep
		return D{{"nIndexesWas", len(keep) + 1}}
	case "create":
		if s.colls[ns] != nil {
			panic(cmdErr{48, "NamespaceExists", "a collection '" + ns + "' already exists"})
		}
		cl := s.coll(ns, true)
		cl.setOpts(cut(cut(q, []string{"writeConcern"}), []string{"create"}).(D))
		s.log(ns, "opts", cl.opts)
		return D{}
	case "converttocapped":
		cl := s.coll(ns, true)
		cl.setOpts(D{{"capped", true}, {"size", intOf(q, "size")}})
		s.log(ns, "opts", cl.opts)
		return D{}
	case "drop":
		if s.colls[ns] == nil {
			panic(cmdErr{26, "NamespaceNotFound", "ns not found"})
		}
		delete(s.colls, ns)
		s.log(ns, "drop", 1)
		return D{}
	case "emptycapped":
		cl := s.coll(ns, true)
		for _, e := range append([]*entry{}, cl.order...) {
			if !e.gone {
				s.del(cl, e)
			}
		}
		return D{}
	case "dropdatabase":
		for k := range s.colls {
			if strings.HasPrefix(k, db+".") {
				delete(s.colls, k)
				s.log(k, "drop", 1)
			}
		}
		return D{}
	case "listcollections":
		var docs []D
		for k, cl := range s.colls {
			if !strings.HasPrefix(k, db+".") {
				continue
			}
			d := D{{"name", k[len(db)+1:]}, {"type", "collection"}, {"options", append(D{}, cl.opts...)}, {"info", D{{"readOnly", false}}}}
			if matches(d, sub(q, "filter")) {
				docs = append(docs, d)
			}
		}
		sortDocs(docs, D{{"name", 1}})
		return s.batch(db+".$cmd.listCollections", docs, 0, true)
	case "listdatabases":
		seen := map[string]bool{}
		out := A{}
		for k := range s.colls {
			d := k[:strings.IndexByte(k, '.')]
			if !seen[d] {
				seen[d] = true
				out = append(out, D{{"name", d}, {"sizeOnDisk", 1000.0}, {"empty", false}})
			}
		}
		return D{{"databases", out}}
	case "collstats":
		cl := s.colls[ns]
		if cl == nil {
			return D{{"ns", ns}, {"count", 0}, {"size", 0}, {"storageSize", 0}}
		}
		size := len(cl.byID) * 300
		scale := intOf(q, "scale")
		if scale < 1 {
			scale = 1
		}
		return D{{"ns", ns}, {"count", len(cl.byID)}, {"size", size / scale}, {"storageSize", size / scale}, {"capped", cl.capped}, {"maxSize", intOf(cl.opts, "size") / scale}, {"max", cl.max}, {"nindexes", len(cl.indexes) + 1}}
	case "dbstats":
		return D{{"db", db}, {"collections", 1}, {"objects", 1}, {"dataSize", 1.0}, {"storageSize", 1.0}}
	case "filemd5":
		h := md5.New()
		root := str(q, "root")
		docs := docsOf(s.find(s.coll(db+"."+root+".chunks", false), D{{"files_id", q[0].Value}}))
		sortDocs(docs, D{{"n", 1}})
		for _, d := range docs {
			v, _ := get(d, "data")
			if b, ok := v.([]byte); ok {
				h.Write(b)
			}
		}
		return D{{"numChunks", len(docs)}, {"md5", hex.EncodeToString(h.Sum(nil))}}
	}
	if !unknown[name] {
		unknown[name] = true
		log.Printf("UNKNOWN COMMAND %s: %.500v", name, q)
	}
	panic(cmdErr{59, "CommandNotFound", "no such command: '" + name + "'"})
}
func werrs(d D, errs A) D {
	if errs != nil {
		d = append(d, bson.DocElem{"writeErrors", errs})
	}
	return d
}
func (s *store) try(f func()) (err *writeErr) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(writeErr); ok {
				err = &e
				return
			}
			panic(r)
		}
	}()
	f()
	return nil
}
func (s *store) insert(c *coll, d D) {
	id, ok := get(d, "_id")
	if !ok {
		id = bson.NewObjectId()
		d = append(D{{"_id", id}}, d...)
	}
	if c.byID[key(id)] != nil {
		panic(writeErr{11000, fmt.Sprintf("E11000 duplicate key error collection: %s index: _id_ dup key: { _id: %v }", c.ns, id)})
	}
	s.checkUnique(c, d, "")
	s.put(c, d)
}
func (s *store) upsert(c *coll, q, u D) D {
	base := upsertBase(q, D{})
	d := applyUpdate(base, u, q, true)
	if len(u) > 0 && !strings.HasPrefix(u[0].Name, "$") {
		if id, ok := get(base, "_id"); ok {
			d = applyUpdate(D{{"_id", id}}, u, q, true)
		} else {
			d = applyUpdate(D{}, u, q, true)
		}
	}
	if _, ok := get(d, "_id"); !ok {
		d = append(D{{"_id", bson.NewObjectId()}}, d...)
	}
	s.insert(c, d)
	return d
}
func (s *store) findAndModify(c *coll, q D) D {
	qq := sub(q, "query")
	es := s.find(c, qq)
	if by := sub(q, "sort"); len(by) > 0 && len(es) > 1 {
		docs := docsOf(es)
		sortDocs(docs, by)
		id, _ := get(docs[0], "_id")
		es = []*entry{c.byID[key(id)]}
	}
	show := func(d D) interface{} {
		if d == nil {
			return nil
		}
		return project(d, sub(q, "fields"))
	}
	if len(es) == 0 {
		if boolOf(q, "upsert") && !boolOf(q, "remove") {
			d := s.upsert(c, qq, sub(q, "update"))
			id, _ := get(d, "_id")
			var v interface{}
			if boolOf(q, "new") {
				v = show(d)
			}
			return D{{"lastErrorObject", D{{"n", 1}, {"updatedExisting", false}, {"upserted", id}}}, {"value", v}}
		}
		return D{{"lastErrorObject", D{{"n", 0}, {"updatedExisting", false}}}, {"value", nil}}
	}
	e := es[0]
	old := e.doc
	if boolOf(q, "remove") {
		s.del(c, e)
		return D{{"lastErrorObject", D{{"n", 1}}}, {"value", show(old)}}
	}
	nd := applyUpdate(old, sub(q, "update"), qq, false)
	s.checkUnique(c, nd, e.id)
	s.put(c, nd)
	v := old
	if boolOf(q, "new") {
		v = nd
	}
	return D{{"lastErrorObject", D{{"n", 1}, {"updatedExisting", true}}}, {"value", show(v)}}
}
func (s *store) replset() map[string]interface{} {
	for _, e := range s.coll("local.system.replset", false).order {
		if !e.gone {
			m := map[string]interface{}{}
			for _, x := range e.doc {
				m[x.Name] = x.Value
			}
			return m
		}
	}
	return nil
}

// ---- aggregation, as far as it is asked for
func expr(d D, e interface{}) interface{} {
	switch x := e.(type) {
	case string:
		if x == "$$ROOT" {
			return d
		}
		if strings.HasPrefix(x, "$") {
			if v := lookup(d, strings.Split(x[1:], ".")); len(v) == 1 {
				return v[0]
			} else if len(v) > 1 {
				return v
			}
			return nil
		}
	case D:
		if len(x) == 1 {
			switch x[0].Name {
			case "$ifNull":
				a := x[0].Value.(A)
				if v := expr(d, a[0]); v != nil {
					return v
				}
				return expr(d, a[1])
			case "$size":
				a, _ := expr(d, x[0].Value).(A)
				return len(a)
			case "$literal":
				return x[0].Value
			case "$arrayToObject":
				a, _ := expr(d, x[0].Value).(A)
				out := D{}
				for _, kv := range a {
					k, _ := get(kv.(D), "k")
					v, _ := get(kv.(D), "v")
					out = append(out, bson.DocElem{fmt.Sprint(k), v})
				}
				return out
			}
			if strings.HasPrefix(x[0].Name, "$") {
				panic(badQuery("aggregation expression " + x[0].Name))
			}
		}
		out := D{}
		for _, f := range x {
			out = append(out, bson.DocElem{f.Name, expr(d, f.Value)})
		}
		return out
	}
	return e
}
func (s *store) pipeline(db string, docs []D, p A) []D {
	for _, x := range p {
		st := x.(D)[0]
		switch st.Name {
		case "$match":
			var out []D
			for _, d := range docs {
				if matches(d, st.Value.(D)) {
					out = append(out, d)
				}
			}
			docs = out
		case "$sort":
			sortDocs(docs, st.Value.(D))
		case "$limit":
			if n := toInt(st.Value); len(docs) > n {
				docs = docs[:n]
			}
		case "$skip":
			if n := toInt(st.Value); n < len(docs) {
				docs = docs[n:]
			} else {
				docs = nil
			}
		case "$project":
			pr := st.Value.(D)
			var out []D
			for _, d := range docs {
				plain, calc := D{}, D{}
				for _, f := range pr {
					if _, isNum := num(f.Value); isNum || f.Value == true || f.Value == false {
						plain = append(plain, f)
					} else {
						calc = append(calc, f)
					}
				}
				var nd D
				if len(plain) > 0 {
					nd = append(D{}, project(d, plain)...)
					if len(plain) == 1 && plain[0].Name == "_id" && !truthy(plain[0].Value) && len(calc) > 0 {
						nd = D{}
					}
				} else if id, ok := get(d, "_id"); ok {
					nd = D{{"_id", id}}
				}
				for _, f := range calc {
					nd = setPath(nd, []string{f.Name}, func(interface{}, bool) (interface{}, bool) { return expr(d, f.Value), true }).(D)
				}
				out = append(out, nd)
			}
			docs = out
		case "$unwind":
			path, ok := st.Value.(string)
			if !ok {
				path = str(st.Value.(D), "path")
			}
			var out []D
			for _, d := range docs {
				a, _ := expr(d, path).(A)
				for _, v := range a {
					out = append(out, setPath(d, strings.Split(path[1:], "."), func(interface{}, bool) (interface{}, bool) { return v, true }).(D))
				}
			}
			docs = out
		case "$replaceRoot":
			for i, d := range docs {
				docs[i], _ = expr(d, sub(st.Value.(D), "newRoot")).(D)
			}
		case "$lookup":
			l := st.Value.(D)
			var out []D
			for _, d := range docs {
				hits := A{}
				for _, h := range s.find(s.coll(db+"."+str(l, "from"), false), D{{str(l, "foreignField"), expr(d, "$"+str(l, "localField"))}}) {
					hits = append(hits, h.doc)
				}
				out = append(out, setPath(d, []string{str(l, "as")}, func(interface{}, bool) (interface{}, bool) { return hits, true }).(D))
			}
			docs = out
		case "$count":
			docs = []D{{{fmt.Sprint(st.Value), len(docs)}}}
		case "$group":
			g := st.Value.(D)
			idx := map[string]int{}
			var out []D
			ide, _ := get(g, "_id")
			for _, d := range docs {
				id := expr(d, ide)
				k := key(id)
				i, seen := idx[k]
				if !seen {
					i = len(out)
					idx[k] = i
					out = append(out, D{{"_id", id}})
				}
				for _, f := range g {
					if f.Name == "_id" {
						continue
					}
					acc := f.Value.(D)[0]
					v := expr(d, acc.Value)
					out[i] = setPath(out[i], []string{f.Name}, func(o interface{}, ok bool) (interface{}, bool) {
						switch acc.Name {
						case "$sum":
							if _, isN := num(v); !isN {
								v = 0
							}
							return add(o, v), true
						case "$first":
							if ok {
								return o, true
							}
							return v, true
						case "$last":
							return v, true
						case "$push":
							a, _ := o.(A)
							return append(append(A{}, a...), v), true
						case "$addToSet":
							a, _ := o.(A)
							if contains(a, v) {
								return a, true
							}
							return append(append(A{}, a...), v), true
						case "$max":
							if ok && cmp(o, v) > 0 {
								return o, true
							}
							return v, true
						case "$min":
							if ok && cmp(o, v) < 0 {
								return o, true
							}
							return v, true
						}
						panic(badQuery("accumulator " + acc.Name))
					}).(D)
				}
			}
			docs = out
		case "$out":
			to := s.coll(db+"."+fmt.Sprint(st.Value), true)
			for _, e := range append([]*entry{}, to.order...) {
				if !e.gone {
					s.del(to, e)
				}
			}
			for _, d := range docs {
				s.put(to, d)
			}
			docs = nil
		default:
			panic(badQuery("aggregation stage " + st.Name))
		}
	}
	return docs
}

// ---- SCRAM
type scram struct {
	h             func() hash.Hash
	first, sfirst string
	nonce         string
	salted        []byte
	step          int
}

func (s *store) saslStart(c *conn, db string, q D) D {
	mech := str(q, "mechanism")
	v, _ := get(q, "payload")
	p := string(v.([]byte))
	user, nonce := "", ""
	for _, f := range strings.Split(p, ",") {
		if strings.HasPrefix(f, "n=") {
			user = strings.NewReplacer("=2C", ",", "=3D", "=").Replace(f[2:])
		}
		if strings.HasPrefix(f, "r=") {
			nonce = f[2:]
		}
	}
	e := s.coll("admin.system.users", false).byID[key(db+"."+user)]
	if e == nil {
		e = s.coll("admin.system.users", false).byID[key("admin."+user)]
	}
	if e == nil {
		panic(cmdErr{18, "AuthenticationFailed", "Authentication failed."})
	}
	pwd := str(e.doc, "pwd")
	sc := &scram{h: sha1.New, step: 1}
	pass := pwd
	if mech == "SCRAM-SHA-256" {
		sc.h = sha256.New
	} else {
		m := md5.Sum([]byte(user + ":mongo:" + pwd))
		pass = hex.EncodeToString(m[:])
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	r := make([]byte, 12)
	rand.Read(r)
	sc.nonce = nonce + base64.StdEncoding.EncodeToString(r)
	mac := hmac.New(sc.h, []byte(pass))
	iter := 4096
	mac.Write(salt)
	mac.Write([]byte{0, 0, 0, 1})
	ui := mac.Sum(nil)
	hi := append([]byte{}, ui...)
	for i := 1; i < iter; i++ {
		mac.Reset()
		mac.Write(ui)
		ui = mac.Sum(nil)
		for j := range hi {
			hi[j] ^= ui[j]
		}
	}
	sc.salted = hi
	sc.first = p[3:]
	sc.sfirst = fmt.Sprintf("r=%s,s=%s,i=%d", sc.nonce, base64.StdEncoding.EncodeToString(salt), iter)
	c.sasl = sc
	return D{{"conversationId", 1}, {"done", false}, {"payload", []byte(sc.sfirst)}}
}
func (s *store) saslContinue(c *conn, q D) D {
	sc := c.sasl
	if sc == nil {
		panic(cmdErr{17, "ProtocolError", "no SASL session"})
	}
	if sc.step == 2 {
		c.sasl = nil
		return D{{"conversationId", 1}, {"done", true}, {"payload", []byte{}}}
	}
	v, _ := get(q, "payload")
	p := string(v.([]byte))
	i := strings.LastIndex(p, ",p=")
	msg := sc.first + "," + sc.sfirst + "," + p[:i]
	h := func(k []byte, m string) []byte { x := hmac.New(sc.h, k); x.Write([]byte(m)); return x.Sum(nil) }
	ck := h(sc.salted, "Client Key")
	hh := sc.h()
	hh.Write(ck)
	proof := h(hh.Sum(nil), msg)
	for i := range proof {
		proof[i] ^= ck[i]
	}
	if base64.StdEncoding.EncodeToString(proof) != p[i+3:] {
		panic(cmdErr{18, "AuthenticationFailed", "Authentication failed."})
	}
	sig := h(h(sc.salted, "Server Key"), msg)
	sc.step = 2
	return D{{"conversationId", 1}, {"done", false}, {"payload", []byte("v=" + base64.StdEncoding.EncodeToString(sig))}}
}
