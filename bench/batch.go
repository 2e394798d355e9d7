// Domains checked as a program in Go does it whose way of working is a goroutine for each: net/http, one client for all,
// each question asked where it comes up. Only what the bench is measured against; nothing of the product.
//
//	batch [-parallel N] [-once] <domains >results
//
// It asks as the list's own checker does: the first answer, then, side by side, plain HTTP and where it leads, where its
// first redirect leads, HTTPS again for its redirects, and www. twice. With -once no URL is asked for twice, so that
// what is compared is the programs and not their questions. The roots are those of SSL_CERT_FILE.
package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

const limit = 10 * time.Second
const redirectsMax = 3
const field = "Strict-Transport-Security"

var once = flag.Bool("once", false, "no URL is asked for twice")
var parallel = flag.Int("parallel", 100, "domains at a time")

type result struct {
	Domain string   `json:"domain"`
	Header string   `json:"header,omitempty"`
	Codes  []string `json:"codes"`
}

var errStop = errors.New("stop")

// The first answer, redirects not followed.
func first(address string, transport *http.Transport) (*http.Response, error) {
	client := http.Client{Timeout: limit, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if transport != nil {
		client.Transport = transport
	}
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "bench")
	response, err := client.Do(request)
	if err == nil {
		response.Body.Close()
	}
	return response, err
}

// Where the redirects lead.
func follow(address string) ([]*url.URL, error) {
	var chain []*url.URL
	client := http.Client{Timeout: limit, CheckRedirect: func(request *http.Request, _ []*http.Request) error {
		chain = append(chain, request.URL)
		if len(chain) > redirectsMax {
			return errStop
		}
		return nil
	}}
	response, err := client.Get(address)
	if err == nil {
		response.Body.Close()
	}
	return chain, err
}

func judge(fields []string) []string {
	if len(fields) != 1 {
		return []string{"response.no_header"}
	}
	var codes []string
	directives := map[string]bool{}
	for _, part := range strings.Split(fields[0], ";") {
		part = strings.ToLower(strings.TrimSpace(part))
		if part == "" {
			codes = append(codes, "header.parse.empty_directive")
		}
		directives[part] = true
	}
	for _, wanted := range []string{"preload", "includesubdomains", "max-age=31536000"} {
		if !directives[wanted] {
			codes = append(codes, "header.preloadable."+wanted)
		}
	}
	return codes
}

func plain(domain string) []string {
	response, err := first("http://"+domain, nil)
	if err != nil {
		return []string{"redirects.http.does_not_exist"}
	}
	var chain []*url.URL
	if *once {
		if where, err := response.Location(); err == nil {
			chain = append(chain, where)
		}
	} else if chain, err = follow("http://" + domain); err != nil {
		return []string{"redirects.follow_error"}
	}
	if len(chain) == 0 {
		return []string{"redirects.http.no_redirect"}
	}
	if chain[0].Scheme != "https" || chain[0].Hostname() != domain {
		return []string{"redirects.http.first_redirect.insecure"}
	}
	if *once {
		return nil
	}
	response, err = first(chain[0].String(), nil)
	if err != nil {
		return []string{"redirects.http.first_redirect.invalid"}
	}
	return nil
}

func again(domain string) []string {
	if *once {
		return nil
	}
	chain, err := follow("https://" + domain)
	if err != nil {
		return []string{"redirects.follow_error"}
	}
	for _, hop := range chain {
		if hop.Scheme != "https" {
			return []string{"redirects.insecure"}
		}
	}
	return nil
}

func www(domain string) []string {
	dialer := net.Dialer{Timeout: limit}
	if !*once {
		conn, err := dialer.Dial("tcp", "www."+domain+":443")
		if err != nil {
			return nil
		}
		conn.Close()
	}
	conn, err := tls.DialWithDialer(&dialer, "tcp", "www."+domain+":443", nil)
	if err != nil {
		return []string{"domain.www.no_tls"}
	}
	conn.Close()
	return nil
}

func check(domain string) result {
	found := result{Domain: domain, Codes: []string{}}
	response, err := first("https://"+domain, nil)
	if err != nil {
		response, err = first("https://"+domain, nil)
	}
	if err != nil {
		code := "domain.tls.cannot_connect"
		if _, err = first("https://"+domain, &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}); err == nil {
			code = "domain.tls.invalid_cert_chain"
		}
		found.Codes = append(found.Codes, code)
		return found
	}
	found.Header = response.Header.Get(field)
	found.Codes = append(found.Codes, judge(response.Header[field])...)
	asked := []func(string) []string{plain, again, www}
	answers := make([]chan []string, len(asked))
	for i, ask := range asked {
		answers[i] = make(chan []string, 1)
		go func(ask func(string) []string, answer chan []string) { answer <- ask(domain) }(ask, answers[i])
	}
	for _, answer := range answers {
		found.Codes = append(found.Codes, <-answer...)
	}
	return found
}

func main() {
	flag.Parse()
	var domains []string
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		domains = append(domains, lines.Text())
	}
	in, out := make(chan string), make(chan result)
	var workers sync.WaitGroup
	for i := 0; i < *parallel; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for domain := range in {
				out <- check(domain)
			}
		}()
	}
	go func() {
		for _, domain := range domains {
			in <- domain
		}
		close(in)
		workers.Wait()
		close(out)
	}()
	for found := range out {
		line, _ := json.Marshal(found)
		fmt.Println(string(line))
	}
}
