using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using Docker.DotNet.NativeHttp;
using HomeCloud.Agent.Docker;

namespace HomeCloud.Tests.Agent.Docker;

/// <summary>The event stream as no healthy engine sends it.</summary>
public class EngineEventsTests
{
    private const int Patience = 30_000;
    private const string Start = """{"Type":"container","Action":"start","Actor":{"ID":"abc","Attributes":{"name":"x"}},"timeNano":5}""";

    [Fact(Timeout = Patience)]
    public async Task Odd_values_are_skipped_and_the_cut_is_seen()
    {
        await using var engine = Streaming(async stream =>
        {
            await StubEngine.Chunk(stream, "\n\n[]\n42\nnull\n{}\n{\"Type\":1,\"Action\":\"start\"}\n");
            await StubEngine.Chunk(stream, """{"Type":"container","Action":"sta""");
            await StubEngine.Chunk(stream, """rt","Actor":{"ID":"abc","Attributes":{"name":"x","odd":7}},"timeNano":"now"}""" + "\n");
            throw new IOException();
        });
        using var client = Client(engine);
        using var events = await client.SubscribeAsync();
        var seen = new List<Message>();
        await FluentActions.Awaiting(() => ReadIntoAsync(seen, events)).Should().ThrowAsync<EngineAwayException>();
        seen.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Type = "container", Action = "start", Actor = new { ID = "abc", Attributes = new Dictionary<string, string> { ["name"] = "x" } } });
        engine.Requests.Last().Head.Should().Contain("since=1795341599", "an engine replays from a second before, by its own clock");
    }

    [Fact(Timeout = Patience)]
    public async Task An_event_is_seen_at_its_last_octet_line_end_or_not()
    {
        var seen = new TaskCompletionSource();
        await using var engine = Streaming(async stream =>
        {
            await StubEngine.Chunk(stream, Start);
            await seen.Task;
            await StubEngine.Chunk(stream, Start + Start);
            throw new IOException();
        });
        using var client = Client(engine);
        using var events = await client.SubscribeAsync();
        await using var messages = events.ReadAsync().GetAsyncEnumerator();
        (await messages.MoveNextAsync()).Should().BeTrue();
        messages.Current.TimeNano.Should().Be(5);
        seen.SetResult();
        (await messages.MoveNextAsync()).Should().BeTrue();
        (await messages.MoveNextAsync()).Should().BeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task Garbage_ends_the_stream_and_says_so()
    {
        await using var engine = Streaming(stream => StubEngine.Chunk(stream, Start + "\nnot json\n"));
        using var client = Client(engine);
        using var events = await client.SubscribeAsync();
        var thrown = await FluentActions.Awaiting(() => ReadIntoAsync([], events)).Should().ThrowAsync<EngineAwayException>();
        thrown.Which.Message.Should().EndWith("it sends events that are not valid JSON");
    }

    [Fact(Timeout = Patience)]
    public async Task A_silent_event_stream_ends_when_cancelled()
    {
        await using var engine = Streaming(_ => Task.CompletedTask);
        using var client = Client(engine);
        using var events = await client.SubscribeAsync();
        using var cancel = new CancellationTokenSource();
        var reading = Task.Run(() => ReadIntoAsync([], events, cancel.Token));
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
    }

    /// <summary>As when a host loses its power or a router its table: the peer's kernel forgets the connection and tells nobody.</summary>
    [Fact(Timeout = 60_000)]
    [Trait("Category", "Root")]
    public async Task An_engine_behind_tcp_that_vanishes_without_a_word_is_noticed_within_seconds()
    {
        Socket? vanishing = null;
        await using var engine = Streaming(
            stream =>
            {
                vanishing = ((NetworkStream)stream).Socket;
                return Task.CompletedTask;
            },
            tcp: true);
        using var client = Client(engine);
        using var events = await client.SubscribeAsync();
        var reading = ReadIntoAsync([], events);
        vanishing!.SetRawSocketOption(6, 19, BitConverter.GetBytes(1)); // TCP_REPAIR: closing sends nothing
        vanishing.Close();
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<EngineAwayException>();
    }

    [Fact(Timeout = Patience)]
    public async Task The_library_alone_ends_at_the_first_odd_event()
    {
        await using var engine = Streaming(stream => StubEngine.Chunk(stream, """{"Type":"container","Action":"start","timeNano":"now"}""" + Start), tcp: true);
        using var library = new DockerClientBuilder().WithEndpoint(new Uri(engine.Host)).WithTransportOptions(new NativeHttpTransportOptions()).Build();
        await library.Invoking(docker => docker.System.MonitorEventsAsync(new ContainerEventsParameters(), new Progress<Message>()))
            .Should().ThrowAsync<System.Text.Json.JsonException>("when this goes on, EngineEvents need not read by itself");
    }

    private static async Task ReadIntoAsync(List<Message> seen, IEngineEvents events, CancellationToken cancellationToken = default)
    {
        await foreach (var item in events.ReadAsync(cancellationToken))
            seen.Add(item);
    }

    private static EngineClient Client(StubEngine engine) => new(new DockerOptions { Host = engine.Host });

    private static StubEngine Streaming(Func<Stream, Task> send, bool tcp = false) => new(
        async (request, stream, cancellationToken) =>
        {
            if (request == "GET /version")
            {
                await StubEngine.RespondVersion(stream);
                return;
            }

            await StubEngine.BeginChunks(stream);
            await send(stream);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        },
        tcp);
}
