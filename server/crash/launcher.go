package main

import (
	"os/exec"
	"runtime"
	"syscall"
)

// launcher starts processes that end with the harness, however it ends: the kernel kills them when the thread that
// started them is gone. So one thread starts them all, and it stays.
type launcher struct{ orders chan order }

type order struct {
	command *exec.Cmd
	started chan error
}

func newLauncher() *launcher {
	l := &launcher{orders: make(chan order)}
	go func() {
		runtime.LockOSThread()
		for o := range l.orders {
			o.started <- o.command.Start()
		}
	}()
	return l
}

func (l *launcher) start(command *exec.Cmd) error {
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Pdeathsig = syscall.SIGKILL
	o := order{command, make(chan error, 1)}
	l.orders <- o
	return <-o.started
}
