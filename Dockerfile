# The image of the function: its static binary, CA certificates and the platform's user, and nothing else.
#
#   make image VERSION=1.0.0                                               builds it where docker or podman runs
#   docker build --build-arg VERSION=1.0.0 -t sender-invitations:1.0.0 .   does so by hand, but for a label
#
# fn deploy does the latter without VERSION, which then is that of func.yaml. Both of docker's builders will do; for another
# kind of processor than the building machine's it must be BuildKit: docker build --platform linux/arm64 …

# The official image of the Go release that go.mod names (a test compares them). Another one with Go, make and CA
# certificates may take its place: --build-arg GO_IMAGE=…
ARG GO_IMAGE=golang:1.26.11

# This stage runs on the building machine's own processor, whatever the target: Go compiles for the other one, and nothing is
# emulated. The builder before BuildKit does not set BUILDPLATFORM, nor TARGETARCH; "linux" alone is Linux on this processor.
FROM --platform=${BUILDPLATFORM:-linux} ${GO_IMAGE} AS build
WORKDIR /src

# Where the modules come from, if Go's defaults will not do.
ARG GOPROXY
ARG GOSUMDB
ARG GOFLAGS

# The modules are a layer of their own: they are fetched anew only when go.mod or go.sum changes.
COPY go.mod go.sum ./
RUN go mod download

# OCI runs every function as the user fn, 1000:1000. Go looks for certificates at this path too; at Debian's it would read
# them twice, as a file that it knows and in a folder that it knows, which takes milliseconds of the first call.
RUN mkdir -p /image/etc/ssl \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/cert.pem \
 && echo 'fn:x:1000:1000:fn:/home/fn:/sbin/nologin' >/image/etc/passwd \
 && echo 'fn:x:1000:' >/image/etc/group

# make function defines the build, here as elsewhere: of the same source, Go and version comes the same binary, to the byte.
COPY . .
ARG TARGETARCH
ARG VERSION
RUN GOARCH=$TARGETARCH make function BIN=/image/sender-invitations \
    VERSION="${VERSION:-$(sed -n 's/^version: *\([^ #]*\).*/\1/p' func.yaml)}"

# No shell, no time zones (all times are UTC), and nothing that is written to.
FROM scratch
LABEL org.opencontainers.image.title="sender-invitations" \
      org.opencontainers.image.description="OCI function: sender invitations of OCI Organizations by event and by HTTP" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image /
USER 1000:1000
ENTRYPOINT ["/sender-invitations"]
