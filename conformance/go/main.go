// The Go v2 SDK, unmodified, against an endpoint. Prints one JSON line for each behaviour: what run.mjs collects into its table.
package main

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

const kib = 1024

var (
	ctx         = context.Background()
	endpoint    = os.Getenv("OSS_ENDPOINT")
	region      = os.Getenv("OSS_REGION")
	source      = os.Getenv("OSS_RUN") + "-go2-source"
	destination = os.Getenv("OSS_RUN") + "-go2-destination"
	versioned   = os.Getenv("OSS_RUN") + "-go2-versioned"
	client      = newClient(endpoint, func(*oss.Config) {})
)

type line struct {
	Behaviour string `json:"behaviour"`
	Ok        bool   `json:"ok"`
	Detail    string `json:"detail,omitempty"`
}

func newClient(endpoint string, change func(*oss.Config)) *oss.Client {
	cfg := oss.LoadDefaultConfig().
		WithCredentialsProvider(credentials.NewEnvironmentVariableCredentialsProvider()).
		WithRegion(region).WithEndpoint(endpoint)
	change(cfg)
	return oss.NewClient(cfg)
}

// The harness's resolver: names under .test lead to this machine.
func loopback() *http.Client {
	dialer := &net.Dialer{}
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, _ := net.SplitHostPort(address)
		if strings.HasSuffix(host, ".test") {
			address = net.JoinHostPort("127.0.0.1", port)
		}
		return dialer.DialContext(ctx, network, address)
	}}}
}

// A client with temporary credentials, or with the keys of a user, that the harness made.
func sessionClient(prefix string, change func(*oss.Config)) *oss.Client {
	return newClient(endpoint, func(c *oss.Config) {
		c.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(
			os.Getenv(prefix+"_KEY_ID"), os.Getenv(prefix+"_KEY_SECRET"), os.Getenv(prefix+"_TOKEN")))
		change(c)
	})
}

// A request without the SDK: errors are answers too.
func fetch(method, url string, headers map[string]string, body string) (int, http.Header, string) {
	request := must(http.NewRequest(method, url, strings.NewReader(body)))
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	return response.StatusCode, response.Header, string(must(io.ReadAll(response.Body)))
}

// Asks again until it holds.
func waitUntil(holds func() bool, what string) {
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			panic("waited for " + what)
		}
	}
}

// A member that may be missing.
func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

func data(size int, seed string) []byte {
	block := sha256.Sum256([]byte(seed))
	bytes := make([]byte, 0, size+len(block))
	for len(bytes) < size {
		bytes = append(bytes, block[:]...)
	}
	return bytes[:size]
}

func etag(bytes []byte) string {
	sum := md5.Sum(bytes)
	return `"` + strings.ToUpper(hex.EncodeToString(sum[:])) + `"`
}

// A failed check ends its behaviour.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func equal[T comparable](actual, expected T, what string) {
	if actual != expected {
		panic(fmt.Errorf("%s: expected %v, got %v", what, expected, actual))
	}
}

func refused(code string, status int, err error) {
	var service *oss.ServiceError
	if err == nil {
		panic(fmt.Errorf("expected %s, the call succeeded", code))
	}
	if !errors.As(err, &service) {
		panic(fmt.Errorf("expected %s, got %w", code, err))
	}
	equal(fmt.Sprintf("%s %d", service.Code, service.StatusCode), fmt.Sprintf("%s %d", code, status), "error")
	equal(len(service.RequestID), 24, "length of the request id")
}

func notModified(err error) {
	var service *oss.ServiceError
	if err == nil || !errors.As(err, &service) || service.StatusCode != 304 {
		panic(fmt.Errorf("expected 304, got %v", err))
	}
}

func run(name string, behaviour func()) (result line) {
	result = line{Behaviour: name, Ok: true}
	defer func() {
		if failure := recover(); failure != nil {
			result.Ok = false
			result.Detail = fmt.Sprint(failure)
		}
	}()
	behaviour()
	return result
}

func main() {
	failed := 0
	out := json.NewEncoder(os.Stdout)
	for _, each := range behaviours {
		result := run(each.name, each.run)
		if !result.Ok {
			failed++
		}
		check(out.Encode(result))
	}
	check(out.Encode(map[string]int{"count": len(behaviours)}))
	if failed > 0 {
		os.Exit(1)
	}
}
