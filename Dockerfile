# Three stages: the front end, the server with the front end inside, and an image that holds nothing
# but that one static file. docs/OPERATIONS.md says how to run it.

FROM node:20-bookworm-slim AS front
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY assets /src/assets
COPY frontend ./
RUN npm run build

FROM golang:1.26-bookworm AS server
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=front /src/frontend/dist ./frontend/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /heard ./server \
 && mkdir -p /empty/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=server /heard /heard
# The embedded database and the key live here unless they are set elsewhere; the folder is the user's own.
COPY --from=server --chown=65532:65532 --chmod=0700 /empty/data /data
ENV HEARD_DATA=/data HEARD_LISTEN=:8080
USER 65532:65532
EXPOSE 8080
VOLUME /data
# No shell and no curl in here: the binary asks itself.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["/heard", "health"]
ENTRYPOINT ["/heard"]
