# The function's image. It holds only the static binary, CA certificates and the platform's user.
#
#   make image VERSION=1.0.0                                               builds it with docker or podman
#   docker build --build-arg VERSION=1.0.0 -t sender-invitations:1.0.0 .   builds it by hand, without the version label
#
# fn deploy runs docker build without VERSION; the version is then that of func.yaml. Both of docker's builders work. Only
# BuildKit builds for another processor than this machine's: docker build --platform linux/arm64 …

# The official image of the Go release in go.mod; a test compares them. Another image with Go, make and CA certificates works
# too: --build-arg GO_IMAGE=…
ARG GO_IMAGE=golang:1.26.11

# This stage runs on this machine's processor, so nothing is emulated: Go cross-compiles for the target. The builder before
# BuildKit sets neither BUILDPLATFORM nor TARGETARCH; "linux" alone means Linux on this machine's processor.
FROM --platform=${BUILDPLATFORM:-linux} ${GO_IMAGE} AS build
WORKDIR /src

# The source of the modules, if it is not Go's default.
ARG GOPROXY
ARG GOSUMDB
ARG GOFLAGS

# The modules have their own layer. They are fetched again only when go.mod or go.sum changes.
COPY go.mod go.sum ./
RUN go mod download

# OCI runs every function as the user fn, 1000:1000. The certificates are at a path that Go reads once. At Debian's path Go
# would read them twice, by file and by folder, which adds milliseconds to the first call.
RUN mkdir -p /image/etc/ssl \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/cert.pem \
 && echo 'fn:x:1000:1000:fn:/home/fn:/sbin/nologin' >/image/etc/passwd \
 && echo 'fn:x:1000:' >/image/etc/group

# make function is the only definition of the build. The same source, Go and version give the same binary, byte for byte.
COPY . .
ARG TARGETARCH
ARG VERSION
RUN GOARCH=$TARGETARCH make function BIN=/image/sender-invitations \
    VERSION="${VERSION:-$(sed -n 's/^version: *\([^ #]*\).*/\1/p' func.yaml)}"

# There is no shell, no time zones (all times are UTC), and no file or folder to write to.
FROM scratch
LABEL org.opencontainers.image.title="sender-invitations" \
      org.opencontainers.image.description="OCI function: sender invitations of OCI Organizations by event and by HTTP" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image /
USER 1000:1000
ENTRYPOINT ["/sender-invitations"]
