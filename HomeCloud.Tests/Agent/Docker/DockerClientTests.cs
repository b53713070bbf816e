using System.Net;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Docker.Models;

namespace HomeCloud.Tests.Agent.Docker;

/// <summary>The client against an engine that answers what no real engine would.</summary>
public class DockerClientTests
{
    private const int Patience = 30_000;

    [Theory(Timeout = Patience)]
    [InlineData("1.41", "v1.41")]
    [InlineData("1.24", "v1.24")]
    [InlineData("1.99", "v1.47")]
    [InlineData("garbage", "v1.40")]
    public async Task Speaks_the_newest_version_that_both_know(string offered, string spoken)
    {
        var asked = "";
        await using var engine = new StubEngine((request, stream, _) =>
        {
            if (request.EndsWith("/_ping", StringComparison.Ordinal))
                return StubEngine.RespondPing(stream, offered);
            asked = request;
            return StubEngine.Respond(stream, 200, "[]");
        });
        using var client = Client(engine.Host);
        (await client.ListContainersAsync()).Should().BeEmpty();
        asked.Should().Be($"GET /{spoken}/containers/json?all=1");
    }

    [Theory(Timeout = Patience)]
    [InlineData(409, """{"message":"name in use"}""", EngineRefusal.Conflict, "name in use")]
    [InlineData(404, """{"message":"no such thing"}""", EngineRefusal.NotFound, "no such thing")]
    [InlineData(500, "<html>oops", EngineRefusal.Failed, "The engine answered 500 X")]
    [InlineData(500, "", EngineRefusal.Failed, "The engine answered 500 X")]
    [InlineData(400, "[]", EngineRefusal.BadRequest, "The engine answered 400 X")]
    public async Task A_refusal_carries_the_engines_own_words(int status, string body, EngineRefusal refusal, string message)
    {
        await using var engine = Always(stream => StubEngine.Respond(stream, status, body));
        using var client = Client(engine.Host);
        var thrown = await client.Invoking(c => c.ListContainersAsync()).Should().ThrowAsync<EngineRefusedException>();
        thrown.Which.Should().BeEquivalentTo(new { Status = (HttpStatusCode)status, Refusal = refusal, Message = message });
    }

    [Fact(Timeout = Patience)]
    public async Task A_container_that_is_not_there_is_null()
    {
        await using var engine = Always(stream => StubEngine.Respond(stream, 404, """{"message":"No such container: x"}"""));
        using var client = Client(engine.Host);
        (await client.InspectContainerAsync("x/../y")).Should().BeNull();
    }

    [Theory(Timeout = Patience)]
    [InlineData("""{"Id":"abc","State":{"Sta""")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"Id":42}""")]
    public async Task Nonsense_is_a_refusal_not_a_crash(string body)
    {
        await using var engine = Always(stream => StubEngine.Respond(stream, 200, body));
        using var client = Client(engine.Host);
        await client.Invoking(c => c.InspectContainerAsync("abc")).Should().ThrowAsync<EngineRefusedException>();
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_hangs_up_halfway_is_away()
    {
        await using var engine = Always(async stream =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{\"Id\":"u8.ToArray());
            throw new IOException();
        });
        using var client = Client(engine.Host);
        await client.Invoking(c => c.ListContainersAsync()).Should().ThrowAsync<EngineAwayException>();
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_is_silent_is_away_after_the_timeout()
    {
        await using var engine = new StubEngine((_, _, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        using var client = new DockerClient(new DockerOptions { Host = engine.Host, RequestTimeout = TimeSpan.FromMilliseconds(200) });
        var thrown = await client.Invoking(c => c.PingAsync()).Should().ThrowAsync<EngineAwayException>();
        thrown.Which.Message.Should().Contain("no answer to GET /_ping within 0.2 s");
    }

    [Fact(Timeout = Patience)]
    public async Task A_missing_socket_says_so()
    {
        using var client = Client("unix:///nowhere/docker.sock");
        var thrown = await client.Invoking(c => c.PingAsync()).Should().ThrowAsync<EngineAwayException>();
        thrown.Which.Message.Should().Be("The engine at unix:///nowhere/docker.sock is away: there is no such socket; is the engine running?");
    }

    [Fact(Timeout = Patience)]
    public async Task Odd_values_inside_an_inspection_do_not_hide_the_rest()
    {
        const string body = """
            {"Id":"abc","Name":"/x","Created":"yesterday","Unknown":[{}],
             "State":{"Status":"running","Running":true,"StartedAt":"2026-11-22T10:27:24.123456789Z","FinishedAt":"","ExitCode":"0","Health":null},
             "Config":{"Labels":null},
             "NetworkSettings":{"Ports":{"80/tcp":null},"Networks":{"lan":{"IPAddress":"10.0.0.2","Aliases":[null,"a"]},"none":null}}}
            """;
        await using var engine = Always(stream => StubEngine.Respond(stream, 200, body));
        using var client = Client(engine.Host);
        var container = (await client.InspectContainerAsync("abc"))!;
        container.Created.Should().Be(default);
        container.State!.StartedAt.Should().BeCloseTo(new DateTimeOffset(2026, 11, 22, 10, 27, 24, TimeSpan.Zero), TimeSpan.FromSeconds(1));
        container.NetworkSettings!.Networks!["lan"]!.IPAddress.Should().Be("10.0.0.2");
    }

    [Fact(Timeout = Patience)]
    public async Task Hostile_event_lines_are_skipped_and_the_cut_is_seen()
    {
        var subscription = "";
        await using var engine = new StubEngine(async (request, stream, _) =>
        {
            if (request.EndsWith("/_ping", StringComparison.Ordinal))
            {
                await StubEngine.RespondPing(stream);
                return;
            }

            subscription = request;
            await StubEngine.BeginChunks(stream);
            await StubEngine.Chunk(stream, "\n\nnot json\n{\"Type\":\n[]\n42\nnull\n{}\n");
            await StubEngine.Chunk(stream, new string('x', JsonLines.MaximumLine));
            await StubEngine.Chunk(stream, new string('y', JsonLines.MaximumLine) + "\n");
            await StubEngine.Chunk(stream, """{"Type":"container","Action":"sta""");
            await StubEngine.Chunk(stream, """rt","Actor":{"ID":"abc","Attributes":{"name":"x"}},"timeNano":5}""" + "\n");
            throw new IOException();
        });
        using var client = Client(engine.Host);
        using var events = await client.SubscribeAsync();
        var seen = new List<EngineEvent>();
        var reading = async () =>
        {
            await foreach (var item in events.ReadAsync())
                seen.Add(item);
        };
        await reading.Should().ThrowAsync<EngineAwayException>();
        seen.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Type = "container", Action = "start", TimeNano = 5L });
        subscription.Should().Contain("since=1795341599", "an engine replays from a second before, by its own clock");
    }

    [Fact(Timeout = Patience)]
    public async Task A_silent_event_stream_ends_when_cancelled()
    {
        await using var engine = new StubEngine(async (request, stream, cancellationToken) =>
        {
            if (request.EndsWith("/_ping", StringComparison.Ordinal))
            {
                await StubEngine.RespondPing(stream);
                return;
            }

            await StubEngine.BeginChunks(stream);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        using var client = Client(engine.Host);
        using var events = await client.SubscribeAsync();
        using var cancel = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in events.ReadAsync(cancel.Token))
            {
            }
        });
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
    }

    private static DockerClient Client(string host) => new(new DockerOptions { Host = host });

    private static StubEngine Always(Func<Stream, Task> respond) => new((request, stream, _) =>
        request.EndsWith("/_ping", StringComparison.Ordinal) ? StubEngine.RespondPing(stream) : respond(stream));
}
