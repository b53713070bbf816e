#!/usr/bin/env bash
# Docker.DotNet.Enhanced 4.4.1 (native HTTP transport): on the stream of an exec, a write waits for a read that is under way, and a
# read does not end when its token is cancelled.
#
# POST /exec/ID/start upgrades the connection; both directions then belong to the caller. The library's MultiplexedStream reads and
# writes through the one content stream of the response. While ReadOutputAsync waits for output, WriteAsync does not reach the
# engine: a shell that waits for a key before it says anything waits for ever. The engine here is a loopback server that answers 101
# and sends back what it gets; the same connection, upgraded with HttpClient alone, takes both at once.
#
# Seen on 2026-11-30:  library: nothing arrives while a read waits, cancelled read goes on    HttpClient: "hello" comes back
#
# Exit code: 0 it is still so, 1 it has changed, 77 the package is gone. Needs the .NET 10 SDK.
set -euo pipefail
gone() { echo "$*"; exit 77; }
command -v dotnet >/dev/null || gone "needs the .NET 10 SDK"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >try.csproj <<'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Docker.DotNet.Enhanced" Version="4.4.1" />
    <PackageReference Include="Docker.DotNet.Enhanced.NativeHttp" Version="4.4.1" />
  </ItemGroup>
</Project>
END
cat >try.cs <<'END'
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Docker.DotNet.NativeHttp;

var patience = TimeSpan.FromSeconds(3);
var engine = new TcpListener(IPAddress.Loopback, 0);
engine.Start();
var address = new Uri($"http://{engine.LocalEndpoint}");
_ = Task.Run(async () =>
{
    while (true)
    {
        var client = await engine.AcceptTcpClientAsync();
        _ = Task.Run(() => AnswerAsync(client.GetStream()));
    }
});

using var docker = new DockerClientBuilder().WithEndpoint(address).WithTransportOptions(new NativeHttpTransportOptions()).Build();
using var terminal = await docker.Exec.StartContainerExecAsync("x", new ContainerExecStartParameters { TTY = true }, default);
using var cancelled = new CancellationTokenSource();
var reading = terminal.ReadOutputAsync(new byte[100], 0, 100, cancelled.Token);
var writing = terminal.WriteAsync(Encoding.ASCII.GetBytes("hello"), 0, 5, default);
await Task.WhenAny(reading, Task.Delay(patience));
var isStuck = !reading.IsCompleted;
await cancelled.CancelAsync();
await Task.WhenAny(reading, Task.Delay(patience));
Console.WriteLine(!isStuck ? "library: what is written comes back" : reading.IsCompleted ? "library: nothing arrives while a read waits, cancelled read ends" : "library: nothing arrives while a read waits, cancelled read goes on");

using var http = new HttpClient();
using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "exec/x/start")) { Content = new StringContent("{}") };
request.Headers.Connection.Add("Upgrade");
request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
var upgraded = await (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)).Content.ReadAsStreamAsync();
var buffer = new byte[100];
var came = upgraded.ReadAsync(buffer).AsTask();
await upgraded.WriteAsync(Encoding.ASCII.GetBytes("hello"));
Console.WriteLine(await Task.WhenAny(came, Task.Delay(patience)) == came ? $"HttpClient: {Encoding.ASCII.GetString(buffer, 0, await came)}" : "HttpClient: nothing comes back");
Environment.Exit(0);

// Headers and body of the request, then 101, then an echo; other requests are told the version.
static async Task AnswerAsync(NetworkStream stream)
{
    var buffer = new byte[4096];
    while (true)
    {
        var head = "";
        while (!head.Contains("\r\n\r\n"))
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0)
                return;
            head += Encoding.ASCII.GetString(buffer, 0, count);
        }

        if (!head.Contains("/exec/"))
        {
            const string Version = """{"Version":"29.0.0","ApiVersion":"1.44","MinAPIVersion":"1.24"}""";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Version.Length}\r\n\r\n{Version}"));
            continue;
        }

        var body = head[(head.IndexOf("\r\n\r\n") + 4)..];
        while (!body.EndsWith('}') && !body.EndsWith("0\r\n\r\n"))
            body += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
        await stream.WriteAsync("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"u8.ToArray());
        for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
            await stream.WriteAsync(buffer.AsMemory(0, count));
        return;
    }
}
END
dotnet restore -v quiet >restore.log 2>&1 || gone "the packages cannot be restored"
dotnet build --no-restore -v quiet -nologo >build.log 2>&1 || { tail -20 build.log; echo "it has changed: it no longer compiles"; exit 1; }
seen=$(dotnet bin/Debug/net10.0/try.dll)
echo "$seen"
[ "$(echo "$seen" | tr '\n' ' ')" = "library: nothing arrives while a read waits, cancelled read goes on HttpClient: hello " ] || { echo "it has changed"; exit 1; }
