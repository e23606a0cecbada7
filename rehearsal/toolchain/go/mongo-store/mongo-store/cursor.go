package main

import "github.com/juju/mgo/v2/bson"

const (
	// maxBatch is the size of a batch in bytes from which on nothing more is added. The server allows 16 MiB.
	maxBatch = 8 << 20
	// maxCursors are kept; clients may forget theirs.
	maxCursors = 10000
)

// cursor holds what was found and not yet fetched.
type cursor struct {
	namespace string
	documents []document
}

type cursors struct {
	last    int64
	waiting map[int64]cursor
	streams map[int64]*stream
}

func newCursors() cursors {
	return cursors{last: 1000, waiting: map[int64]cursor{}, streams: map[int64]*stream{}}
}

func (c *cursors) add(waiting cursor) int64 {
	c.last++
	c.waiting[c.last] = waiting
	if len(c.waiting) > maxCursors {
		for id := range c.waiting {
			if id < c.last-maxCursors/2 {
				delete(c.waiting, id)
			}
		}
	}
	return c.last
}

func (c *cursors) addStream(opened *stream) int64 {
	c.last++
	c.streams[c.last] = opened
	return c.last
}

func (c *cursors) kill(id int64) {
	delete(c.waiting, id)
	delete(c.streams, id)
}

// batch gives the first documents, and a cursor for the rest; limit 0 stands for as many as the size of a batch allows:
// https://www.mongodb.com/docs/v4.4/reference/command/find/#output
func (c *cursors) batch(namespace, field string, documents []document, limit int) document {
	batch, rest := splitBatch(documents, limit)
	var id int64
	if len(rest) > 0 {
		id = c.add(cursor{namespace, rest})
	}
	return newDocument("cursor", newDocument("id", id, "ns", namespace, field, batch))
}

// next gives the next batch of a cursor, which ends with the last one.
func (c *cursors) next(id int64, limit int) document {
	open, ok := c.waiting[id]
	if !ok {
		panic(cursorNotFound.errorf("cursor id %d not found", id))
	}
	batch, rest := splitBatch(open.documents, limit)
	if len(rest) > 0 {
		c.waiting[id] = cursor{open.namespace, rest}
	} else {
		delete(c.waiting, id)
		id = 0
	}
	return newDocument("cursor", newDocument("id", id, "ns", open.namespace, "nextBatch", batch))
}

func splitBatch(documents []document, limit int) (batch array, rest []document) {
	batch = array{}
	size := 0
	for _, d := range documents {
		if limit > 0 && len(batch) >= limit || size >= maxBatch {
			break
		}
		raw, err := bson.Marshal(d)
		if err != nil {
			panic(internalError.errorf("a document cannot be sent: %v", err))
		}
		size += len(raw)
		batch = append(batch, d)
	}
	return batch, documents[len(batch):]
}
