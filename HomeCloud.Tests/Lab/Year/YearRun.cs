using System.Diagnostics;
using System.Globalization;
using System.Net;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab.Year;

/// <summary>400 days, step by step: time passes, something happens once a day, and the household asks.</summary>
internal sealed class YearRun(YearHome home, Random random, TimeSpan step)
{
    private const int Days = 400;
    private const int Burst = 3_000;

    /// <summary>Whose most is compared with the most of the time until the second day; the query log rotates several times in each.</summary>
    private const int LastDays = 100;
    private const int BetweenLooks = 20;
    private const int MostFailures = 10;
    private const int WarmRounds = 12;
    private const int RoundsWithOthers = 4;
    private const int WarmSteps = 8;
    private const int WarmHandshakes = 100;

    public static readonly IPAddress HostsAddress = IPAddress.Parse("192.168.1.10");
    public static readonly IPAddress RedisAddress = IPAddress.Parse("192.168.1.11");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly YearClient _client = new(home);
    private readonly List<string> _failures = [];
    private readonly Stopwatch _real = Stopwatch.StartNew();
    private string _when = "the start";
    private int _asked;
    private int _slow;
    private TimeSpan _slowest;
    private long _logAtSecondDay;
    private long _mostQueryLog;
    private int _days;

    public IReadOnlyList<string> Failures => _failures;

    public YearUse? SecondDay { get; private set; }

    public YearUse? LastDay { get; private set; }

    public async Task RunAsync()
    {
        (await Poll.UntilAsync(async () => Equals(await _client.AskUdpAsync(YearHome.FromRedis), RedisAddress), Patience)).Should().BeTrue(home.LogTail());
        (await Poll.UntilAsync(async () => Equals(await _client.AskUdpAsync(YearHome.FromEngine), home.ContainerAddress), Patience)).Should().BeTrue(home.LogTail());
        var happenings = new YearHappenings(home, _client, random);
        await WarmUpAsync(happenings);
        var round = new Queue<(string Name, Func<Task> HappenAsync)>();
        var steps = (int)(TimeSpan.FromDays(Days) / step);
        for (var i = 0; i < steps && _failures.Count < MostFailures && !home.HasEnded; i++)
        {
            var day = (int)(i * step / TimeSpan.FromDays(1));
            if (i > 0 && day > _days)
            {
                _days = day;
                if (round.Count == 0)
                {
                    foreach (var happening in happenings.All.OrderBy(_ => random.Next()))
                        round.Enqueue(happening);
                }

                var (name, happenAsync) = round.Dequeue();
                _when = string.Create(CultureInfo.InvariantCulture, $"day {day}, {name}");
                await happenAsync();
            }

            home.Clocks.Live(step);
            await TrafficAsync(i);
            if (day == Days - LastDays)
                _mostQueryLog = 0;
            if (SecondDay is null && day == 2)
            {
                // As before the last look: what a busy hour leaves behind is in both.
                await BusyAsync("second");
                SecondDay = await UseAsync();
                _logAtSecondDay = home.LogLength;
            }
        }

        if (home.HasEnded)
        {
            _failures.Add($"{_when}: homecloud-dns has ended");
            return;
        }

        await happenings.SettleAsync();
        await BusyAsync("last");
        LastDay = await UseAsync();
    }

    // A log that rotates goes up and down by a file: what counts is the most that it took in a time in which it rotated often.
    private async Task<YearUse> UseAsync() => await home.UseAsync() with { QueryLog = _mostQueryLog };

    private void SeeQueryLog() => _mostQueryLog = Math.Max(_mostQueryLog, home.QueryLogLength);

    public IEnumerable<string> Report()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{_days + 1} days in {_real.Elapsed.TotalMinutes:0.0} min, {_asked} questions, {_failures.Count} failures, {_slow} forwarded ones asked twice, slowest {_slowest.TotalSeconds:0.0} s");
        yield return $"day 2: {SecondDay}";
        yield return string.Create(CultureInfo.InvariantCulture, $"day {_days + 1}: {LastDay}; {(home.LogLength - _logAtSecondDay) / Math.Max(1, _days - 1)} octets of log a day");
    }

    private async Task TrafficAsync(int turn)
    {
        await LocalAsync(YearHome.FromHostsFile, HostsAddress, name => _client.AskUdpAsync(name));
        await LocalAsync(YearHome.FromEngine, home.ContainerAddress, name => _client.AskUdpAsync(name));
        await LocalAsync(YearHome.FromRedis, RedisAddress, name => turn % 2 == 0 ? _client.AskTcpAsync(name) : _client.AskTlsAsync(name));
        var fresh = (int.Abs(turn) % 3) switch { 0 => $"h{turn}.example", 1 => $"h{turn}.udp.example", _ => $"h{turn}.dot.example" };
        foreach (var name in (string[])["www.example", "www.dot.example", fresh, fresh])
            await ForwardedAsync(name);
        SeeQueryLog();
    }

    private async Task LocalAsync(string name, IPAddress expected, Func<string, Task<IPAddress?>> askAsync)
    {
        _asked++;
        var answer = await askAsync(name);
        if (!expected.Equals(answer))
            _failures.Add($"{_when}: {name} was {answer?.ToString() ?? "not answered"}");
    }

    // A flow that a router forgot may cost one question its time, and not the next one.
    private async Task ForwardedAsync(string name)
    {
        _asked++;
        var began = Stopwatch.GetTimestamp();
        var answer = await _client.AskUdpAsync(name);
        var taken = Stopwatch.GetElapsedTime(began);
        _slowest = taken > _slowest ? taken : _slowest;
        if (YearUpstream.Answer.Equals(answer))
            return;
        _slow++;
        if (!YearUpstream.Answer.Equals(await _client.AskUdpAsync(name)))
            _failures.Add($"{_when}: {name} failed twice in a row");
    }

    /// <summary>
    /// Two busy days before the count begins: the cache and the query log are full, every way of asking and everything that
    /// can happen has been there. What comes later is compared with a program that has worked, not with one that has just started.
    /// </summary>
    private async Task WarmUpAsync(YearHappenings happenings)
    {
        for (var round = 0; round < WarmRounds; round++)
        {
            await BusyAsync($"first{round}");
            for (var i = 0; i < WarmHandshakes; i++)
                await LocalAsync(YearHome.FromHostsFile, HostsAddress, name => _client.AskTlsAsync(name));
            // Other programs take seconds to start: they have a part in the first rounds only, and all are there afterwards.
            foreach (var (name, happenAsync) in round < RoundsWithOthers ? happenings.All : happenings.OfTheServer)
            {
                _when = $"warming up, {name}";
                await happenAsync();
                for (var i = 0; i < WarmSteps; i++)
                {
                    home.Clocks.Live(TimeSpan.FromMinutes(5));
                    await TrafficAsync(-1 - i - (WarmSteps * round));
                }
            }
        }
    }

    private async Task BusyAsync(string names)
    {
        for (var i = 0; i < Burst; i++)
        {
            await ForwardedAsync($"{names}{i}.udp.example");
            if (i % BetweenLooks == 0)
                SeeQueryLog();
        }
    }
}
