# The function's image. It holds only the static binary, CA certificates, the platform's user, and in /licenses the licences of what
# is linked into the binary and an SBOM.
#
#   make image VERSION=1.0.0                                               builds it with docker or podman
#   docker build --build-arg VERSION=1.0.0 -t sender-invitations:1.0.0 .   builds it by hand, without the label for the revision
#
# Both of docker's builders work. Only BuildKit builds for another processor than this machine's: docker build --platform linux/arm64 …

# The version of func.yaml, once more: fn deploy runs docker build without VERSION, and a label cannot read a file. The build fails
# if they differ.
ARG FUNC_VERSION=1.0.0

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

# The modules have their own layer. They are fetched again only when go.mod or go.sum changes. So has the tool that writes the SBOM.
COPY go.mod go.sum ./
RUN go mod download
COPY .ci/ .ci/
RUN .ci/licenses

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
ARG FUNC_VERSION
RUN version=$(sed -n 's/^version: *\([^ #]*\).*/\1/p' func.yaml) \
 && if [ -z "$VERSION" ] && [ "$FUNC_VERSION" != "$version" ]; then \
      echo "func.yaml has version $version, but the Dockerfile has ARG FUNC_VERSION=$FUNC_VERSION: make them equal," \
        "or build with --build-arg VERSION=$version" >&2; exit 1; fi \
 && GOARCH=$TARGETARCH make function licenses BIN=/image/sender-invitations LICENSES=/image/licenses \
      VERSION="${VERSION:-$FUNC_VERSION}" \
 && if [ -f /usr/share/doc/ca-certificates/copyright ]; then \
      mkdir /image/licenses/ca-certificates && cp /usr/share/doc/ca-certificates/copyright /image/licenses/ca-certificates/; fi

# There is no shell, no time zones (all times are UTC), and no file or folder to write to.
FROM scratch
ARG VERSION
ARG FUNC_VERSION
# The https address of this source, for its label. make image takes it from git. fn deploy cannot: write it here, or give
# fn deploy --build-arg SOURCE=….
ARG SOURCE
LABEL org.opencontainers.image.title="sender-invitations" \
      org.opencontainers.image.description="OCI function: sender invitations of OCI Organizations by event and by HTTP" \
      org.opencontainers.image.version="${VERSION:-$FUNC_VERSION}" \
      org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image /
USER 1000:1000
ENTRYPOINT ["/sender-invitations"]
