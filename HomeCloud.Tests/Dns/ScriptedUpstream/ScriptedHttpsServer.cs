using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Tests.Dns.ScriptedUpstream;

/// <summary>DNS over HTTPS (RFC 8484) in front of a scripted server's rules; HTTP/2 only.</summary>
public sealed class ScriptedHttpsServer : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentDictionary<string, bool> _connections = [];

    private ScriptedHttpsServer(WebApplication web) => _web = web;

    public int Port => new Uri(_web.Urls.First()).Port;

    /// <summary>What is answered instead of 200, when set.</summary>
    public int? Status { get; set; }

    public int? AgeSeconds { get; set; }

    public HashSet<string> Protocols { get; } = [];

    /// <summary>From here on connections that were used already say nothing more, as if a router had forgotten them.</summary>
    public void ForgetConnections()
    {
        foreach (var connection in _connections.Keys)
            _connections[connection] = true;
    }

    public static async Task<ScriptedHttpsServer> StartAsync(ScriptedServer script, TestAuthority authority, IPAddress? address = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address ?? IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(authority.Server);
        }));
        var web = builder.Build();
        var server = new ScriptedHttpsServer(web);
        web.MapPost("/dns-query", context => server.AnswerAsync(context, script));
        await web.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, ScriptedServer script)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var query = DnsMessage.Parse(body.ToArray());
        lock (Protocols)
            Protocols.Add(context.Request.Protocol);
        script.Note("https", new IPEndPoint(context.Connection.RemoteIpAddress!, context.Connection.RemotePort), query);
        if (!_connections.TryAdd(context.Connection.Id, false) && _connections[context.Connection.Id])
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            return;
        }

        if (Status is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }

        if (AgeSeconds is { } age)
            context.Response.Headers.Age = age.ToString();
        context.Response.ContentType = "application/dns-message";
        await context.Response.Body.WriteAsync(ReplyComposer.Compose(query, script.Find(query), stream: true)[0]);
    }
}
