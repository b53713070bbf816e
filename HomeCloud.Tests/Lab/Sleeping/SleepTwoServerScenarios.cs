using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Lab.Chaos;

namespace HomeCloud.Tests.Lab.Sleeping;

/// <summary>A server sleeps on one machine, and another machine's DNS server is asked for it: the wish goes through Redis.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.TwoServers)]
public sealed class SleepTwoServerScenarios(TwoServerLab fixture) : IAsyncLifetime
{
    private const string Name = "distant";

    private readonly HomeLab _lab = fixture.Lab;
    private readonly SleepSteps _steps = new(fixture.Lab.Servers[1]);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _lab.RemoveContainersAsync();

    [Fact(Timeout = 180_000)]
    public async Task Asked_at_both_DNS_servers_it_is_started_once_and_each_question_has_one_answer()
    {
        var second = _lab.Servers[1];
        await second.Engine.RunBoxAsync(Name, "--label", "homecloud.sleep=30d");
        var address = (await second.Engine.AddressesAsync(Name))[0];
        using var laptop = new LaptopTools(_lab);
        foreach (var nameServer in (string[])[Lan.Server4(0), Lan.Server4(1)])
            await TextAsync(laptop, nameServer, "state=running");
        await _steps.SleepAsync(Name);
        foreach (var nameServer in (string[])[Lan.Server4(0), Lan.Server4(1)])
            await TextAsync(laptop, nameServer, "state=asleep");
        using var engine = new EngineEye(second.Engine);
        await engine.Listens.WaitAsync(SleepSteps.Patience);

        var answers = await Task.WhenAll(Task.Run(() => Ask(0)), Task.Run(() => Ask(1)), Task.Run(() => Ask(0)));

        answers.Should().OnlyContain(answer => answer.Count == 1 && answer[0].Is(new[] { address }));
        (await _steps.RunningAsync(Name)).Should().BeTrue("the answer was held until it ran");
        engine.Starts(Name).Should().Be(1);
        (await _steps.HistoryAsync(Name)).Should().Contain(Lan.Laptop4);
    }

    private static async Task TextAsync(LaptopTools laptop, string nameServer, string text) =>
        (await Poll.UntilAsync(async () => (await laptop.DigAsync("+short", "TXT", "@" + nameServer, Name + ".home")).Contains(text, StringComparison.Ordinal), SleepSteps.Patience)).Should().BeTrue($"{nameServer} says {text}");

    /// <returns>All answers to one question that came within five seconds.</returns>
    private List<StubAnswer> Ask(int nameServer)
    {
        using var socket = StubResolver.Connect(_lab.Laptop, Lan.Dns(nameServer));
        socket.Send(LabMessage.Query((ushort)Random.Shared.Next(), Name + ".home", RecordKind.A));
        var buffer = new byte[4096];
        var answers = new List<StubAnswer>();
        for (var until = Environment.TickCount64 + 5000; Environment.TickCount64 < until;)
        {
            socket.ReceiveTimeout = (int)Math.Max(1, until - Environment.TickCount64);
            try
            {
                answers.Add(LabMessage.Read(buffer.AsSpan(0, socket.Receive(buffer))));
            }
            catch (SocketException timeout) when (timeout.SocketErrorCode == SocketError.TimedOut)
            {
                break;
            }
        }

        return answers;
    }
}
