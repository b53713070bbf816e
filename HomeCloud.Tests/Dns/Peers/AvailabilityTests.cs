using System.Globalization;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>The household goes on while the internet does not: local and cached names at 80 % of top speed, with 30 % of all questions for names whose upstream is dead; five seconds in every run, a minute in <c>./test long</c>.</summary>
public sealed class AvailabilityTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Names = 200;

    /// <summary>Questions a second that no household comes near.</summary>
    private const int LeastLoad = 2_000;

    private readonly string _hosts = Path.GetTempFileName();
    private ScriptedServer _upstream = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllLinesAsync(_hosts, Enumerable.Range(0, Names).Select(i => $"192.168.1.{1 + i} local{i}.home"));
        _upstream = new ScriptedServer()
            .When("*.dead.example.", null, reply => reply.Behaviours.Add("silence"))
            .When("*.example.", null, reply => reply.Answers.Add("@ 3600 A 192.0.2.1"));
    }

    public async Task DisposeAsync()
    {
        await _upstream.DisposeAsync();
        File.Delete(_hosts);
    }

    [Fact(Timeout = 200_000)]
    [Trait("Category", "Slow")]
    public async Task Local_and_cached_names_never_fail_while_three_of_ten_questions_are_for_dead_ones() => await RunAsync(TimeSpan.FromSeconds(5));

    [Fact(Timeout = 400_000)]
    [Trait("Category", "Long")]
    public async Task Nor_do_they_in_a_whole_minute() => await RunAsync(TimeSpan.FromSeconds(60));

    [Fact(Timeout = 120_000)]
    [Trait("Category", "Slow")]
    public async Task With_the_internet_gone_local_names_answer_at_once_and_cached_ones_go_stale()
    {
        await using var server = await PeerProcess.StartHomeCloudAsync("--upstream", _upstream.EndPoint.ToString(), "--hosts-file", _hosts, "--cache-max-ttl", "1");
        using var asker = new UdpAsker(server.EndPoint);
        (await asker.TryAskAsync(DnsMessage.Query("www.example.", RecordType.A), TimeSpan.FromSeconds(20)))!.Answers.Should().HaveCount(1);
        _upstream.IsDead = true;

        DnsMessage? stale;
        do
            stale = await asker.TryAskAsync(DnsMessage.Query("www.example.", RecordType.A), TimeSpan.FromSeconds(20));
        while (stale!.Errors.Count == 0);
        stale.Answers.Should().Equal("www.example. 30 A 192.0.2.1");
        stale.Errors.Should().ContainSingle().Which.Code.Should().Be(EdeCode.StaleAnswer);

        var pending = asker.TryAskAsync(DnsMessage.Query("new.example.", RecordType.A, 7), TimeSpan.FromSeconds(20));
        using var other = new UdpAsker(server.EndPoint);
        for (var i = 0; i < 100; i++)
            (await other.TryAskAsync(DnsMessage.Query("local1.home.", RecordType.A), TimeSpan.FromSeconds(20)))!.Answers.Should().HaveCount(1);
        pending.IsCompleted.Should().BeFalse("the dead name still waits while a hundred local ones were answered");
        (await pending)!.Code.Should().Be(ResponseCode.ServerFailure);
    }

    private async Task RunAsync(TimeSpan duration)
    {
        await using var server = await PeerProcess.StartHomeCloudAsync("--upstream", _upstream.EndPoint.ToString(), "--hosts-file", _hosts);
        var good = Queries("local{0}.home.").Concat(Queries("cached{0}.example.")).ToArray();
        using (var warmUp = new LoadGenerator(server.EndPoint))
            warmUp.Run(good, IsAddress, TimeSpan.FromSeconds(2), perSecond: 2_000);
        var top = await MeasureTopAsync(server, good);

        var rate = 0.8 * top;
        using var household = new LoadGenerator(server.EndPoint);
        using var dead = new LoadGenerator(server.EndPoint);
        var before = server.WorkingSet;
        var unique = Enumerable.Range(0, 20_000).Select(i => DnsMessage.Query($"n{i}.dead.example.", RecordType.A)).ToArray();
        await Task.WhenAll(
            Task.Run(() => household.Run(good, IsAddress, duration, 0.7 * rate)),
            Task.Run(() => dead.Flood(unique, duration, 0.3 * rate, TimeSpan.FromSeconds(6))));

        output.WriteLine($"measured: {duration.TotalSeconds:0} s at 80 % of top speed with 30 % of questions dead: top {top:0} a second; {household.Answered} local and cached answers, {household.Repeated} asked again, {household.Failed} failed; {dead.Sent} questions for dead names, {dead.Answered} of them answered; memory {before >> 20} to {server.WorkingSet >> 20} MB");
        household.Failed.Should().Be(0, server.Output);
        // Not a share of the wanted rate: other programs may have the processors by now.
        household.Answered.Should().BeGreaterThan((long)(LeastLoad * duration.TotalSeconds), "the load must have been real");
        dead.Sent.Should().BeGreaterThan((long)(LeastLoad * duration.TotalSeconds), "the load must have been real");
        dead.Answered.Should().BeGreaterThan(dead.Sent / 2, "even for dead names a client gets its SERVFAIL");
        server.WorkingSet.Should().BeLessThan(400 << 20);
    }

    private static byte[][] Queries(string pattern) =>
        [.. Enumerable.Range(0, Names).Select(i => DnsMessage.Query(string.Format(CultureInfo.InvariantCulture, pattern, i), RecordType.A))];

    private static bool IsAddress(ReadOnlyMemory<byte> answer) =>
        MessageHeader.ResponseCode(answer.Span) == ResponseCode.NoError && MessageHeader.AnswerCount(answer.Span) == 1;

    // Both generators at once, as in the run that follows.
    private static async Task<double> MeasureTopAsync(PeerProcess server, byte[][] queries)
    {
        var duration = TimeSpan.FromSeconds(2);
        using var first = new LoadGenerator(server.EndPoint);
        using var second = new LoadGenerator(server.EndPoint);
        await Task.WhenAll(Task.Run(() => first.Run(queries, IsAddress, duration)), Task.Run(() => second.Run(queries, IsAddress, duration)));
        return (first.Answered + second.Answered) / duration.TotalSeconds;
    }
}
