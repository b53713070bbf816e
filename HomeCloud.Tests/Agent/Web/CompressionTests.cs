using System.IO.Compression;
using System.Net;
using System.Net.Security;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>What goes over the wire small, and what must not.</summary>
public sealed class CompressionTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task The_pages_files_are_sent_with_gzip_and_are_the_same()
    {
        await using var home = await WebHome.StartAsync();
        using var stranger = home.Stranger();
        var plain = await stranger.GetByteArrayAsync("/assets/app.js");
        using var answer = await AskAsync(stranger, "/assets/app.js", "br, gzip");

        answer.Content.Headers.ContentEncoding.Should().Equal("gzip");
        answer.Headers.Vary.Should().Contain("Accept-Encoding");
        await using var unpacked = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        await unpacked.CopyToAsync(memory);
        memory.ToArray().Should().Equal(plain);
        answer.Content.Headers.ContentLength.Should().BeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task An_event_stream_is_compressed_and_each_event_comes_at_once()
    {
        await using var home = await WebHome.StartAsync();
        using var client = home.OverSocket();
        using var answer = await AskAsync(client, "/api/v1/events", "gzip");

        answer.Content.Headers.ContentEncoding.Should().Equal("gzip");
        using var reader = new StreamReader(new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        (await reader.ReadLineAsync()).Should().Be("event: servers");
        home.Engine.Add(new ContainerFacts { Id = new string('a', 64), Name = "airplay", Image = "box", Life = ContainerLife.Running });
        string? line;
        do
            line = await reader.ReadLineAsync();
        while (line is not null && !line.Contains("airplay", StringComparison.Ordinal));
        line.Should().NotBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Over_TLS_only_files_that_everybody_gets_are_compressed()
    {
        await using var home = await WebHome.StartAsync(web: options => options.ListenTls.Add(new IPEndPoint(IPAddress.Loopback, 0)));
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } }) { BaseAddress = home.TlsUrl };

        (await AskAsync(client, "/assets/app.js", "gzip")).Content.Headers.ContentEncoding.Should().Equal("gzip");
        (await AskAsync(client, "/sign-in", "gzip")).Content.Headers.ContentEncoding.Should().BeEmpty("it has a token in it");
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string path, string encodings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd(encodings);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
