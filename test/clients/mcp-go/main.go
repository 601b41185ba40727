// Lists the caller's tools and calls one, by a client that is not of the protocol's makers.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

func main() {
	url, name, given := os.Args[1], os.Args[2], os.Args[3]
	headers := map[string]string{"Authorization": "Bearer " + os.Getenv("TOKEN")}
	c, err := client.NewStreamableHttpClient(url, transport.WithHTTPHeaders(headers))
	check(err)
	ctx := context.Background()
	check(c.Start(ctx))
	begin := mcp.InitializeRequest{}
	begin.Params.ProtocolVersion = "2025-11-25"
	begin.Params.ClientInfo = mcp.Implementation{Name: "mcp-go", Version: "1"}
	_, err = c.Initialize(ctx, begin)
	check(err)
	listed, err := c.ListTools(ctx, mcp.ListToolsRequest{})
	check(err)
	names := []string{}
	for _, tool := range listed.Tools {
		names = append(names, tool.Name)
	}
	call := mcp.CallToolRequest{}
	call.Params.Name = name
	var arguments map[string]any
	check(json.Unmarshal([]byte(given), &arguments))
	call.Params.Arguments = arguments
	result, err := c.CallTool(ctx, call)
	check(err)
	text, _ := mcp.AsTextContent(result.Content[0])
	out, _ := json.Marshal(map[string]any{"tools": names, "isError": result.IsError, "text": text.Text})
	fmt.Println(string(out))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
