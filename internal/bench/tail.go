package main

import "sync"

// tail keeps the end of a program's log, which shows why the program failed.
type tail struct {
	mu  sync.Mutex
	end []byte
}

func (t *tail) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, text...)
	const most = 400
	t.end = append(t.end[:0], t.end[max(0, len(t.end)-most):]...)
	return len(text), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.end)
}
