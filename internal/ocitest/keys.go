package ocitest

import (
	"crypto/rand"
	"crypto/rsa"
	"sync"
)

// keyBits is the key length of OCI's resource principals.
const keyBits = 2048

// pool shares RSA keys among the servers of a process. Making a key takes a
// hundred times as long as a signature, and a test suite starts hundreds of
// servers.
type pool struct {
	mu   sync.Mutex
	keys []*rsa.PrivateKey
	next int
}

// poolSize is the number of keys in a pool. A key is drawn again only after all
// others, so every rotation changes the key.
const poolSize = 8

var keys pool

// draw returns the next key.
func (p *pool) draw() (*rsa.PrivateKey, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.keys) < poolSize {
		key, err := rsa.GenerateKey(rand.Reader, keyBits)
		if err != nil {
			return nil, err
		}
		p.keys = append(p.keys, key)
	}
	key := p.keys[p.next%len(p.keys)]
	p.next++
	return key, nil
}
