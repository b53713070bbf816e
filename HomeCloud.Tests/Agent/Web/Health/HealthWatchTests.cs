using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Localization;
using HomeCloud.Tests.Agent.Reconciliation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Web.Health;

/// <summary>The doctor comes by itself, and says once what has begun and what has ended.</summary>
public sealed class HealthWatchTests : IHealthExaminer, INotifier
{
    private const int Limit = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentQueue<string> _sent = new();
    private volatile bool _isBroken;
    private int _runs;

    int IHealthExaminer.Checks => 1;

    Phrase? IHealthExaminer.Note => null;

    [Fact(Timeout = Limit)]
    public async Task A_problem_is_told_once_when_it_begins_and_once_when_it_ends()
    {
        var clock = new ManualClock();
        await using var home = await WebHome.StartAsync(services => services
            .AddSingleton<IHealthExaminer>(this).Replace(ServiceDescriptor.Singleton<INotifier>(this)).Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));

        var desk = home.Services.GetRequiredService<HealthDesk>();
        await PassAsync(desk, clock, TimeSpan.FromMinutes(11), runs: 1);
        _sent.Should().BeEmpty();
        _isBroken = true;
        await PassAsync(desk, clock, TimeSpan.FromHours(25), runs: 2);
        await PassAsync(desk, clock, TimeSpan.FromHours(25), runs: 3);
        _isBroken = false;
        await PassAsync(desk, clock, TimeSpan.FromHours(25), runs: 4);

        (await Poll.UntilAsync(() => _sent.Count == 2, Patience)).Should().BeTrue(string.Join('\n', _sent));
        _sent.Should().Equal("HomeCloud: a problem|upstreams: no upstream answers", "HomeCloud: a problem has ended|upstreams: works again.");
    }

    [Fact]
    public async Task Ntfy_gets_text_with_a_title_and_a_webhook_JSON()
    {
        var seen = new List<(HttpRequestMessage Request, string Body)>();
        var options = new WebOptions { NotifyNtfy = "https://ntfy.test/topic", NotifyWebhook = "https://hooks.test/x" };
        using var notifier = new Notifier(options, new Listening(seen), NullLogger<Notifier>.Instance);

        await notifier.SendAsync("HomeCloud: a problem", ["upstreams: \"none\" answers", "redis: away"]);

        seen.Select(pair => pair.Request.RequestUri!.Host).Should().Equal("ntfy.test", "hooks.test");
        seen[0].Request.Headers.GetValues("Title").Should().Equal("HomeCloud: a problem");
        seen[0].Body.Should().Be("upstreams: \"none\" answers\nredis: away");
        JsonDocument.Parse(seen[1].Body).RootElement.GetProperty("lines").EnumerateArray().Select(line => line.GetString()).Should().Equal("upstreams: \"none\" answers", "redis: away");
    }

    /// <summary>RFC 2047.</summary>
    [Fact]
    public async Task A_Japanese_title_reaches_ntfy_in_an_ASCII_header()
    {
        var seen = new List<(HttpRequestMessage Request, string Body)>();
        using var notifier = new Notifier(new WebOptions { NotifyNtfy = "https://ntfy.test/topic" }, new Listening(seen), NullLogger<Notifier>.Instance);

        await notifier.SendAsync("HomeCloud: 問題が発生しました", ["レジストリ: …"]);

        seen[0].Request.Headers.GetValues("Title").Should().Equal("=?utf-8?B?SG9tZUNsb3VkOiDllY/poYzjgYznmbrnlJ/jgZfjgb7jgZfjgZ8=?=");
        seen[0].Body.Should().Be("レジストリ: …");
    }

    [Fact]
    public async Task What_cannot_be_sent_stops_nothing()
    {
        var options = new WebOptions { NotifyNtfy = "http://127.0.0.1:1/topic" };
        using var notifier = new Notifier(options, new SocketsHttpHandler(), NullLogger<Notifier>.Instance);

        await notifier.Awaiting(n => n.SendAsync("title", ["line"])).Should().NotThrowAsync();
    }

    [Theory]
    [InlineData("ntfy.sh/topic")]
    [InlineData("file:///etc/passwd")]
    public void What_is_no_web_address_is_refused(string url) =>
        new WebOptions { NotifyNtfy = url }.Validate().Should().ContainSingle(problem => problem.StartsWith("--notify-ntfy"));

    Task IHealthExaminer.RunAsync(Action<CheckResult> tell, CancellationToken cancellationToken)
    {
        tell(new CheckResult("upstreams", "upstreams", [_isBroken ? Finding.Problem("no upstream answers", "Check the line.") : Finding.Ok("all answer")]));
        Interlocked.Increment(ref _runs);
        return Task.CompletedTask;
    }

    Task INotifier.SendAsync(string title, IReadOnlyList<string> lines)
    {
        _sent.Enqueue($"{title}|{string.Join(';', lines)}");
        return Task.CompletedTask;
    }

    /// <summary>In steps: a timer that is not there yet would miss one leap.</summary>
    private async Task PassAsync(HealthDesk desk, ManualClock clock, TimeSpan time, int runs)
    {
        var step = time / 50;
        for (var passed = TimeSpan.Zero; passed < time && Volatile.Read(ref _runs) < runs; passed += step)
        {
            clock.Advance(step);
            await Task.Yield();
        }

        (await Poll.UntilAsync(() => Volatile.Read(ref _runs) >= runs && !desk.State.Running, Patience)).Should().BeTrue();
    }

    private sealed class Listening(List<(HttpRequestMessage, string)> seen) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add((request, await request.Content!.ReadAsStringAsync(cancellationToken)));
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
