using System.Net;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Blocking;

/// <summary>Lists on the web: a real HTTPS server, whose name a scripted upstream knows.</summary>
[Trait("Category", "Slow")]
public sealed class ListFetcherTests : IAsyncLifetime
{
    private const string Name = "lists.test";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fetching-");
    private readonly TestAuthority _authority = new(Name);
    private readonly ScriptedServer _upstream = new ScriptedServer().When(Name + ".", RecordType.A, reply => reply.Answers.Add("@ 60 A 127.0.0.1")).When("*", null, _ => { });
    private readonly BlockedNames _names = new();
    private readonly List<string> _conditions = [];
    private Forwarder _forwarder = null!;
    private WebApplication _web = null!;
    private string _body = "";
    private string _etag = "\"1\"";

    private string Url => $"https://{Name}:{new Uri(_web.Urls.First()).Port}/ads.txt";

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_authority.Server)));
        _web = builder.Build();
        _web.MapGet("/ads.txt", AnswerAsync);
        _web.MapGet("/moved", context =>
        {
            context.Response.Redirect("/ads.txt");
            return Task.CompletedTask;
        });
        await _web.StartAsync();
        var options = new ForwardingOptions { Upstreams = [_upstream.EndPoint.ToString()], UpstreamCaFile = _authority.CaFile, LoopDetection = false, RebindProtection = false };
        _forwarder = new Forwarder(options, OwnEndPoints.None, TimeProvider.System, NullLogger<Forwarder>.Instance);
    }

    public async Task DisposeAsync()
    {
        await _web.DisposeAsync();
        _forwarder.Dispose();
        await _upstream.DisposeAsync();
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_is_fetched_once_and_then_only_when_it_has_changed()
    {
        using var keeper = Keeper(Url);
        _body = "ads.example\n";

        (await UpdateAsync(keeper)).Should().Be("ads: 1 names, renewed");
        (await UpdateAsync(keeper)).Should().Be("ads: 1 names, as before");
        (_body, _etag) = ("ads.example\nmore.example\n", "\"2\"");
        (await UpdateAsync(keeper)).Should().Be("ads: 2 names, renewed");

        _conditions.Should().Equal("", "\"1\"", "\"1\"");
        _names.Rules!.IsBlocked(DnsName.Parse("more.example"), out _).Should().BeTrue();
        Directory.GetFiles(Path.Combine(_directory.FullName, BlockKeeper.Folder)).Select(Path.GetFileName).Order().Should().Equal("ads.rules", "ads.txt");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_next_start_needs_no_network_and_asks_what_it_must()
    {
        using (var first = Keeper(Url))
        {
            _body = "ads.example\n";
            await UpdateAsync(first);
        }

        var url = Url;
        _names.Policy = null;
        await _web.StopAsync();
        using var next = Keeper(url);
        await next.StartAsync(CancellationToken.None);
        _names.Rules!.IsBlocked(DnsName.Parse("ads.example"), out _).Should().BeTrue();
        (await UpdateAsync(next)).Should().StartWith("ads: refused: ");
        _names.Rules!.IsBlocked(DnsName.Parse("ads.example"), out _).Should().BeTrue();
        await next.StopAsync(CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_list_is_refused_and_said()
    {
        using var keeper = Keeper(Url);
        foreach (var (body, said) in ((string, string)[])
        [
            ("<html>", "it is a web page"), ("HTML", "it is a web page"), ("404", "HTTP status 404"), ("", "no name that can be blocked"), ("cut", "stream"),
        ])
        {
            _body = body;
            (await UpdateAsync(keeper)).Should().StartWith("ads: refused: ").And.Contain(said);
            _names.Rules.Should().BeNull();
            Directory.GetFiles(_directory.FullName, "*", SearchOption.AllDirectories).Should().BeEmpty();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_that_moved_is_followed_and_a_stranger_s_certificate_is_not()
    {
        _body = "ads.example\n";
        using (var moved = Keeper(Url.Replace("/ads.txt", "/moved", StringComparison.Ordinal)))
            (await UpdateAsync(moved)).Should().Be("ads: 1 names, renewed");

        using var other = Keeper(Url.Replace(Name, "127.0.0.2", StringComparison.Ordinal));
        (await UpdateAsync(other)).Should().StartWith("ads: refused: ");
        using var unknown = Keeper("https://unknown.test/x");
        (await UpdateAsync(unknown)).Should().Contain("know no address of unknown.test");
    }

    private static async Task<string> UpdateAsync(BlockKeeper keeper) => (await keeper.UpdateNowAsync(null, CancellationToken.None)).Single();

    private BlockKeeper Keeper(string url) => new(
        new BlockingOptions { Lists = [$"ads={url}"] },
        _directory.FullName,
        _names,
        () => UpstreamWeb.Handler(_forwarder, TimeProvider.System),
        TimeProvider.System,
        NullLogger<BlockKeeper>.Instance);

    private async Task AnswerAsync(HttpContext context)
    {
        var known = context.Request.Headers.IfNoneMatch.ToString();
        _conditions.Add(known);
        context.Response.Headers.ETag = _etag;
        context.Response.ContentType = _body == "HTML" ? "text/html; charset=utf-8" : "text/plain";
        if (known == _etag)
        {
            context.Response.StatusCode = 304;
        }
        else if (_body == "404")
        {
            context.Response.StatusCode = 404;
        }
        else if (_body == "cut")
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("ads.example\n");
            context.Abort();
        }
        else
        {
            await context.Response.WriteAsync(_body);
        }
    }
}
