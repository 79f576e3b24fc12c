// WEBHOOK_SECRET=whsec_… PORT=8080 go run receive.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const tolerance = 5 * time.Minute

func isFromStellwerk(secret string, headers http.Header, body []byte) bool {
	id := headers.Get("webhook-id")
	timestamp := headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}

	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	expected := mac.Sum(nil)
	// Several while the secret is being rotated; one that fits is enough.
	for _, each := range strings.Split(headers.Get("webhook-signature"), " ") {
		kind, signature, _ := strings.Cut(each, ",")
		given, err := base64.StdEncoding.DecodeString(signature)
		if err == nil && kind == "v1" && hmac.Equal(given, expected) {
			return true
		}
	}
	return false
}

// In your database, written in the transaction that does the work.
var seen sync.Map

func receive(response http.ResponseWriter, request *http.Request) {
	// The bytes themselves: the signature is over these.
	body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, 2<<20))
	if err != nil || !isFromStellwerk(os.Getenv("WEBHOOK_SECRET"), request.Header, body) {
		http.Error(response, "the signature does not fit", http.StatusBadRequest)
		return
	}
	id := request.Header.Get("webhook-id")
	if _, again := seen.LoadOrStore(id, true); again {
		fmt.Println(id, "again")
	} else {
		fmt.Println(id, request.Header.Get("ce-type"))
	}
	response.WriteHeader(http.StatusNoContent)
}

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on port", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, http.HandlerFunc(receive)))
}
