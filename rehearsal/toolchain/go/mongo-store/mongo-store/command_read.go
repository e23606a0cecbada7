package main

import (
	"crypto/md5"
	"encoding/hex"
	"time"
)

var readCommands = map[string]handler{
	"find":        findCommand,
	"getmore":     getMore,
	"killcursors": killCursors,
	"count":       countCommand,
	"distinct":    distinctCommand,
	"aggregate":   aggregateCommand,
	"filemd5":     fileMD5,
}

func abs(n int) int { return max(n, -n) }

// limited is a find or count without its first documents and those beyond its limit.
func limited(documents []document, r *request) []document {
	documents = documents[min(len(documents), intField(r.body, "skip")):]
	if limit := abs(intField(r.body, "limit")); limit > 0 {
		documents = documents[:min(len(documents), limit)]
	}
	return documents
}

func findCommand(s *store, r *request) document {
	documents := documentsOf(s.existing(r.namespace()).find(documentField(r.body, "filter")))
	sortDocuments(documents, documentField(r.body, "sort"))
	projection := documentField(r.body, "projection")
	documents = mapped(limited(documents, r), func(d document) document { return project(d, projection) })
	size := abs(intField(r.body, "batchSize"))
	if boolField(r.body, "singleBatch") && size > 0 {
		documents = documents[:min(len(documents), size)]
	}
	return s.cursors.batch(r.namespace(), "firstBatch", documents, size)
}

// streamWait is how long a stream's getMore waits for events where the client does not say.
const streamWait = time.Second

func getMore(s *store, r *request) document {
	id, _ := toInt64(r.argument())
	if open := s.cursors.streams[id]; open != nil {
		wait := time.Duration(intField(r.body, "maxTimeMS")) * time.Millisecond
		if wait == 0 {
			wait = streamWait
		}
		return s.streamBatch(id, open, "nextBatch", wait)
	}
	return s.cursors.next(id, intField(r.body, "batchSize"))
}

func killCursors(s *store, r *request) document {
	ids, _ := get(r.body, "cursors")
	for _, value := range asArray(ids, "cursors") {
		id, _ := toInt64(value)
		s.cursors.kill(id)
	}
	return newDocument("cursorsKilled", ids)
}

func countCommand(s *store, r *request) document {
	found := documentsOf(s.existing(r.namespace()).find(documentField(r.body, "query")))
	return newDocument("n", len(limited(found, r)))
}

func distinctCommand(s *store, r *request) document {
	values := array{}
	for _, e := range s.existing(r.namespace()).find(documentField(r.body, "query")) {
		for _, value := range lookup(e.doc, splitPath(textField(r.body, "key"))) {
			elements, isArray := value.(array)
			if !isArray {
				elements = array{value}
			}
			for _, element := range elements {
				if !contains(values, element) {
					values = append(values, element)
				}
			}
		}
	}
	return newDocument("values", values)
}

// aggregateCommand reads a collection, or is a change stream of the database where that is the first stage.
func aggregateCommand(s *store, r *request) document {
	value, _ := get(r.body, "pipeline")
	pipeline := asArray(value, "pipeline")
	if len(pipeline) > 0 {
		if options, ok := get(asDocument(pipeline[0], "a stage"), "$changeStream"); ok {
			return s.openStream(r.database, asDocument(options, "$changeStream"), pipeline[1:])
		}
	}
	documents := documentsOf(s.existing(r.namespace()).find(nil))
	return s.cursors.batch(r.namespace(), "firstBatch", s.aggregate(r.database, documents, pipeline), 0)
}

// fileMD5 is the checksum of a file in GridFS: https://www.mongodb.com/docs/v4.4/core/gridfs/#the-chunks-collection
func fileMD5(s *store, r *request) document {
	chunks := s.existing(r.database + "." + textField(r.body, "root") + ".chunks")
	documents := documentsOf(chunks.find(newDocument("files_id", r.argument())))
	sortDocuments(documents, newDocument("n", 1))
	digest := md5.New()
	for _, chunk := range documents {
		data, _ := get(chunk, "data")
		if raw, ok := data.([]byte); ok {
			digest.Write(raw)
		}
	}
	return newDocument("numChunks", len(documents), "md5", hex.EncodeToString(digest.Sum(nil)))
}
