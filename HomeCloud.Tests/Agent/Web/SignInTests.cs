using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>Guessing is slow for whoever has many addresses too, and costs nobody else anything.</summary>
public sealed class SignInTests
{
    private const int Limit = 60_000;

    [Theory]
    [InlineData("192.168.1.7", "192.168.1.7", true)]
    [InlineData("192.168.1.7", "192.168.1.8", false)]
    [InlineData("::ffff:192.168.1.7", "192.168.1.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("fe80::1%3", "fe80::2%3", true)]
    public void Tries_are_counted_together_by_IPv4_address_and_IPv6_subnet(string one, string other, bool together) =>
        (ClientGroup.Of(IPAddress.Parse(one)) == ClientGroup.Of(IPAddress.Parse(other))).Should().Be(together);

    [Theory]
    [InlineData("::1", "::1")]
    [InlineData("fe80::1%2", "fe80::1")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("::ffff:192.168.1.7", "192.168.1.7")]
    [InlineData("192.168.1.7", "192.168.1.7")]
    public void An_address_is_told_as_it_is(string address, string text) => ClientGroup.Text(IPAddress.Parse(address)).Should().Be(text);

    [Fact(Timeout = Limit)]
    public async Task Over_IPv6_the_history_tells_the_IPv6_address()
    {
        await using var home = await WebHome.StartAsync(web: options => options.Listen.Add(new IPEndPoint(IPAddress.IPv6Loopback, 0)));
        using var local = home.OverSocket();
        using var guesser = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(home.Urls.Single(u => u.Contains("[::1]", StringComparison.Ordinal))) };
        await WebHome.TakeFormTokenAsync(guesser, "/sign-in");
        (await guesser.PostAsJsonAsync("/api/v1/session", new { password = "guess" })).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await local.GetStringAsync("/api/v1/history")).Should().Contain("web from ::1").And.NotContain("0.0.0.1");
    }

    [Fact(Timeout = Limit)]
    public async Task Wrong_passwords_from_one_address_are_one_line_of_history()
    {
        await using var home = await WebHome.StartAsync();
        (await home.SignedInAsync()).Dispose();
        using var local = home.OverSocket();
        using var guesser = home.From("127.0.0.9");
        await WebHome.TakeFormTokenAsync(guesser, "/sign-in");
        for (var i = 0; i < 6; i++)
            (await guesser.PostAsJsonAsync("/api/v1/session", new { password = $"guess {i}" })).StatusCode.Should().Be(HttpStatusCode.Unauthorized);

        Regex.Count(await local.GetStringAsync("/api/v1/history"), "signInFailed").Should().Be(1);
    }

    [Fact]
    public void However_many_fail_from_however_many_addresses_the_history_grows_by_few_lines_an_hour()
    {
        var folder = Directory.CreateTempSubdirectory("hc-history-").FullName;
        try
        {
            var clock = new ManualClock();
            var history = new HistoryLog(Path.Combine(folder, "history.jsonl"), clock);
            using var failed = new FailedSignIns(history, clock);
            for (var i = 0; i < 1000; i++)
                failed.Add($"10.0.0.{i % 25}", $"web from 10.0.0.{i % 25}");

            history.Newest(null, 1000).Should().HaveCount(FailedSignIns.MostClients);
            clock.Advance(TimeSpan.FromHours(1));
            var lines = history.Newest(null, 1000);
            lines.Should().HaveCount((2 * FailedSignIns.MostClients) + 1);
            lines[0].Should().Match<HistoryLine>(l => l.By == "web from other addresses" && l.Detail == "200 within an hour");
            lines[1].Should().Match<HistoryLine>(l => l.By == "web from 10.0.0.19" && l.Detail == "39 more within an hour");

            failed.Add("10.0.0.1", "web from 10.0.0.1");
            history.Newest(null, 1)[0].Should().Match<HistoryLine>(l => l.By == "web from 10.0.0.1" && l.Detail.Length == 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task One_password_is_worked_on_at_a_time_and_few_wait()
    {
        using var work = new PasswordWork();
        using var gate = new ManualResetEventSlim();
        var (at, most) = (0, 0);
        var tries = Enumerable.Range(0, 50).Select(_ => work.TryRunAsync(
            () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref at));
                gate.Wait(Limit);
                return Interlocked.Decrement(ref at);
            },
            default)).ToList();
        tries.Count(t => t.IsCompleted).Should().Be(42, "one is worked on, seven wait, and the others are sent away at once");
        gate.Set();
        var ended = await Task.WhenAll(tries);
        ended.Count(e => e.Done).Should().Be(8);
        most.Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_hundred_guesses_from_as_many_addresses_are_not_worked_on_at_once()
    {
        await using var home = await WebHome.StartAsync();
        (await home.SignedInAsync()).Dispose();
        var answers = await Task.WhenAll(Enumerable.Range(1, 100).Select(async number =>
        {
            using var guesser = home.From($"127.0.2.{number}");
            await WebHome.TakeFormTokenAsync(guesser, "/sign-in");
            return (await guesser.PostAsJsonAsync("/api/v1/session", new { password = $"guess {number}" })).StatusCode;
        }));
        answers.Should().OnlyContain(a => a == HttpStatusCode.Unauthorized || a == HttpStatusCode.TooManyRequests).And.Contain(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task The_work_gives_way_to_other_threads()
    {
        using var work = new PasswordWork();
        var (_, line) = await work.TryRunAsync(() => File.ReadAllText("/proc/thread-self/stat"), default);

        // proc_pid_stat(5): nice is field 19, policy field 41, counted with the name in brackets.
        var fields = line![(line!.LastIndexOf(')') + 2)..].Split(' ');
        (fields[41 - 3], fields[19 - 3]).Should().Be(("3", "10"), "that is SCHED_BATCH, nice 10");
    }
}
