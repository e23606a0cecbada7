package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/juju/mgo/v2/bson"
)

type entry struct {
	id   string
	doc  D
	gone bool
}
type index struct {
	name           string
	key            D
	unique, sparse bool
	raw            D
}
type coll struct {
	ns      string
	byID    map[string]*entry
	order   []*entry
	dead    int
	indexes []index
	capped  bool
	max     int
	opts    D
}
type undo struct {
	c        *coll
	id       string
	old, new D // nil: not there
}
type store struct {
	mu      sync.Mutex
	free    *sync.Cond
	colls   map[string]*coll
	txn     string
	undo    []undo
	journal *bufio.Writer
	jfile   *os.File
	cursors map[int64]*cursor
	events  []D // change events, the first has number evBase
	evBase  int64
	streams map[int64]*stream
	nextCur int64
	replay  bool
	// self is this server as a member of a replica set: host:port.
	self string
}
type stream struct {
	db       string
	next     int64
	pipeline A
}
type cursor struct {
	ns   string
	docs []D
}

func openStore(path string) (*store, error) {
	s := &store{colls: map[string]*coll{}, cursors: map[int64]*cursor{}, nextCur: 1000, streams: map[int64]*stream{}, evBase: 1}
	s.free = sync.NewCond(&s.mu)
	if path != "" {
		s.load(path)
	}
	return s, nil
}

func (s *store) flushRegularly() {
	for range time.Tick(200 * time.Millisecond) {
		s.mu.Lock()
		if s.journal != nil {
			s.journal.Flush()
		}
		s.mu.Unlock()
	}
}
func (s *store) load(path string) {
	s.replay = true
	n := 0
	if f, err := os.Open(path); err == nil {
		r := bufio.NewReaderSize(f, 1<<20)
		for {
			var l [4]byte
			if _, err := io.ReadFull(r, l[:]); err != nil {
				break
			}
			b := make([]byte, binary.LittleEndian.Uint32(l[:]))
			copy(b, l[:])
			if _, err := io.ReadFull(r, b[4:]); err != nil {
				break
			}
			var rec D
			if err := bson.Unmarshal(b, &rec); err != nil {
				panic(err)
			}
			ns := rec[0].Value.(string)
			c := s.coll(ns, true)
			switch rec[1].Name {
			case "put":
				s.put(c, rec[1].Value.(D))
			case "del":
				if e := c.byID[key(rec[1].Value)]; e != nil {
					s.del(c, e)
				}
			case "drop":
				delete(s.colls, ns)
			case "opts":
				c.setOpts(rec[1].Value.(D))
			case "index":
				c.addIndex(rec[1].Value.(D))
			}
			n++
		}
		f.Close()
	}
	s.replay = false
	s.undo = nil
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0600)
	if err != nil {
		panic(err)
	}
	s.jfile, s.journal = f, bufio.NewWriterSize(f, 1<<16)
	fmt.Fprintf(os.Stderr, "mongo-store: %d journal records, %d collections\n", n, len(s.colls))
}
func (s *store) log(ns, op string, v interface{}) {
	if s.journal == nil || s.replay {
		return
	}
	b, err := bson.Marshal(D{{"ns", ns}, {op, v}})
	if err != nil {
		panic(err)
	}
	s.journal.Write(b)
}
func (s *store) coll(ns string, create bool) *coll {
	c := s.colls[ns]
	if c == nil {
		c = &coll{ns: ns, byID: map[string]*entry{}}
		if create {
			s.colls[ns] = c
		}
	}
	return c
}
func (c *coll) setOpts(o D) {
	c.opts = o
	if v, ok := get(o, "capped"); ok && truthy(v) {
		c.capped, c.max = true, 20000
		if m, ok := get(o, "max"); ok && toInt(m) > 0 {
			c.max = toInt(m)
		}
	}
}
func (c *coll) addIndex(d D) bool {
	k, _ := get(d, "key")
	name, _ := get(d, "name")
	for _, i := range c.indexes {
		if i.name == name {
			return false
		}
	}
	ix := index{name: fmt.Sprint(name), key: k.(D), raw: d}
	if v, ok := get(d, "unique"); ok {
		ix.unique = truthy(v)
	}
	if v, ok := get(d, "sparse"); ok {
		ix.sparse = truthy(v)
	}
	c.indexes = append(c.indexes, ix)
	return true
}
func (s *store) put(c *coll, doc D) {
	id, _ := get(doc, "_id")
	k := key(id)
	if e := c.byID[k]; e != nil {
		s.undo = append(s.undo, undo{c, k, e.doc, doc})
		e.doc = doc
	} else {
		e = &entry{id: k, doc: doc}
		c.byID[k] = e
		c.order = append(c.order, e)
		s.undo = append(s.undo, undo{c, k, nil, doc})
		if c.capped && len(c.byID) > c.max {
			for _, o := range c.order {
				if !o.gone {
					s.del(c, o)
					break
				}
			}
		}
	}
	if s.txn == "" {
		s.log(c.ns, "put", doc)
		s.flushEvents(0)
	}
}
func (s *store) del(c *coll, e *entry) {
	e.gone = true
	delete(c.byID, e.id)
	c.dead++
	s.undo = append(s.undo, undo{c, e.id, e.doc, nil})
	if c.dead > 64 && c.dead > len(c.byID) {
		var o []*entry
		for _, x := range c.order {
			if !x.gone {
				o = append(o, x)
			}
		}
		c.order, c.dead = o, 0
	}
	if s.txn == "" {
		id, _ := get(e.doc, "_id")
		s.log(c.ns, "del", id)
		s.flushEvents(0)
	}
}

// flushEvents turns what was done since the last time into change events.
func (s *store) flushEvents(txn int64) {
	if !s.replay {
		for _, u := range s.undo {
			i := strings.IndexByte(u.c.ns, '.')
			d := D{{"_id", D{{"_data", fmt.Sprintf("%016x", s.evBase+int64(len(s.events)))}}}, {"ns", D{{"db", u.c.ns[:i]}, {"coll", u.c.ns[i+1:]}}}}
			key, op := u.new, "update"
			if u.old == nil {
				op = "insert"
			} else if u.new == nil {
				key, op = u.old, "delete"
			}
			id, _ := get(key, "_id")
			d = append(d, D{{"operationType", op}, {"documentKey", D{{"_id", id}}}}...)
			if u.new != nil {
				d = append(d, bson.DocElem{"fullDocument", u.new})
			}
			if op == "update" {
				up := D{}
				was, _ := get(u.old, "txn-revno")
				if is, ok := get(u.new, "txn-revno"); ok && (was == nil || cmp(was, is) != 0) {
					up = D{{"txn-revno", is}}
				}
				d = append(d, bson.DocElem{"updateDescription", D{{"updatedFields", up}, {"removedFields", A{}}}})
			}
			if txn != 0 {
				d = append(d, bson.DocElem{"txnNumber", txn})
			}
			s.events = append(s.events, d)
		}
		if n := len(s.events) - 20000; n > 5000 {
			s.events = append([]D{}, s.events[n:]...)
			s.evBase += int64(n)
		}
	}
	s.undo = s.undo[:0]
}

// streamBatch waits up to ms for events that the stream lets through.
func (s *store) streamBatch(id int64, st *stream, ms, max int, key string) D {
	deadline := time.Now().Add(time.Duration(ms) * time.Millisecond)
	out := A{}
	for {
		for st.next < s.evBase+int64(len(s.events)) && len(out) < max {
			e := s.events[st.next-s.evBase]
			st.next++
			if ns, _ := get(e, "ns"); ns.(D)[0].Value != st.db {
				continue
			}
			for _, d := range s.pipeline(st.db, []D{e}, st.pipeline) {
				out = append(out, d)
			}
		}
		if len(out) > 0 || !time.Now().Before(deadline) {
			break
		}
		s.mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		s.mu.Lock()
	}
	return D{{"cursor", D{{"id", id}, {"ns", st.db + ".$cmd.aggregate"}, {key, out}, {"postBatchResumeToken", D{{"_data", fmt.Sprintf("%016x", st.next-1)}}}}}}
}
func (s *store) commit() {
	s.flushEventsKeep()
	for _, u := range s.undo {
		if u.new != nil {
			s.log(u.c.ns, "put", u.new)
		} else {
			id, _ := get(u.old, "_id")
			s.log(u.c.ns, "del", id)
		}
	}
	s.undo, s.txn = nil, ""
	s.free.Broadcast()
}
func (s *store) abort() {
	un := s.undo
	s.undo = nil
	if s.txn == "" {
		return
	}
	for i := len(un) - 1; i >= 0; i-- {
		u := un[i]
		e := u.c.byID[u.id]
		switch {
		case u.old == nil && e != nil:
			s.del(u.c, e)
		case u.old != nil:
			s.put(u.c, u.old)
		}
	}
	s.undo, s.txn = nil, ""
	s.free.Broadcast()
}
func (s *store) checkUnique(c *coll, doc D, self string) {
	for _, ix := range c.indexes {
		if !ix.unique {
			continue
		}
		var want A
		present := false
		for _, k := range ix.key {
			v := lookup(doc, strings.Split(k.Name, "."))
			if len(v) > 0 {
				present = true
				want = append(want, v[0])
			} else {
				want = append(want, nil)
			}
		}
		if ix.sparse && !present {
			continue
		}
		for _, e := range c.order {
			if e.gone || e.id == self {
				continue
			}
			same := true
			for i, k := range ix.key {
				var w interface{}
				if v := lookup(e.doc, strings.Split(k.Name, ".")); len(v) > 0 {
					w = v[0]
				}
				if cmp(w, want[i]) != 0 {
					same = false
					break
				}
			}
			if same {
				panic(writeErr{11000, fmt.Sprintf("E11000 duplicate key error collection: %s index: %s dup key: %v", c.ns, ix.name, want)})
			}
		}
	}
}

// find gives entries in natural order; a query by _id looks only at those.
func (s *store) find(c *coll, q D) []*entry {
	var out []*entry
	if id, ok := get(q, "_id"); ok {
		ops, isOp := isOps(id)
		if _, isRe := id.(bson.RegEx); !isOp && !isRe {
			if e := c.byID[key(id)]; e != nil && matches(e.doc, q) {
				out = append(out, e)
			}
			return out
		}
		if isOp {
			if in, ok := get(ops, "$in"); ok {
				plain := true
				for _, v := range in.(A) {
					if _, re := v.(bson.RegEx); re {
						plain = false
					}
				}
				if plain {
					seen := map[string]bool{}
					for _, v := range in.(A) {
						k := key(v)
						if e := c.byID[k]; e != nil && !seen[k] && matches(e.doc, q) {
							out = append(out, e)
						}
						seen[k] = true
					}
					return out
				}
			}
		}
	}
	for _, e := range c.order {
		if !e.gone && matches(e.doc, q) {
			out = append(out, e)
		}
	}
	return out
}

// flushEventsKeep makes the events of a transaction and keeps what was done, for the journal.
func (s *store) flushEventsKeep() {
	keep := append([]undo{}, s.undo...)
	s.flushEvents(1)
	s.undo = keep
}
func docsOf(es []*entry) []D {
	out := make([]D, len(es))
	for i, e := range es {
		out[i] = e.doc
	}
	return out
}
