using System.Net;
using HomeCloud.Agent.Docker;

namespace HomeCloud.Tests.Agent.Docker;

/// <summary>The client against an engine that answers what no real engine would.</summary>
public class EngineClientTests
{
    private const int Patience = 30_000;

    [Theory(Timeout = Patience)]
    [InlineData(409, """{"message":"name in use"}""", EngineRefusal.Conflict, "name in use")]
    [InlineData(404, """{"message":"no such thing"}""", EngineRefusal.NotFound, "no such thing")]
    [InlineData(403, """{"message":"by policy"}""", EngineRefusal.Forbidden, "GET /containers/json is forbidden: by policy")]
    [InlineData(403, "<html>403 Forbidden", EngineRefusal.Forbidden, "The engine answered 403 to GET /containers/json")]
    [InlineData(500, "<html>oops", EngineRefusal.Failed, "The engine answered 500 to GET /containers/json")]
    [InlineData(500, "", EngineRefusal.Failed, "The engine answered 500 to GET /containers/json")]
    [InlineData(400, "[]", EngineRefusal.BadRequest, "The engine answered 400 to GET /containers/json")]
    public async Task A_refusal_carries_the_engines_own_words_or_the_call(int status, string body, EngineRefusal refusal, string message)
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
        engine.Requests.Last().Head.Should().StartWith("GET /v1.41/containers/x%2F..%2Fy/json ");
    }

    [Theory(Timeout = Patience)]
    [InlineData("""{"Id":"abc","State":{"Sta""")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
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
        await using var engine = new StubEngine((request, stream, cancellationToken) =>
            request == "GET /version" ? StubEngine.RespondVersion(stream) : Task.Delay(Timeout.Infinite, cancellationToken));
        using var client = new EngineClient(new DockerOptions { Host = engine.Host, RequestTimeout = TimeSpan.FromMilliseconds(500) });
        var thrown = await client.Invoking(c => c.ListNetworksAsync()).Should().ThrowAsync<EngineAwayException>();
        thrown.Which.Message.Should().Contain("no answer to GET /networks within 0.5 s");
    }

    [Fact(Timeout = Patience)]
    public async Task A_missing_socket_says_so()
    {
        using var client = Client("unix:///nowhere/docker.sock");
        var thrown = await client.Invoking(c => c.OfferAsync()).Should().ThrowAsync<EngineAwayException>();
        thrown.Which.Message.Should().Be("The engine at unix:///nowhere/docker.sock is unreachable: the socket does not exist; is the engine running?");
    }

    [Fact(Timeout = Patience)]
    public async Task A_path_as_long_as_the_kernel_takes_is_a_socket_like_any_other()
    {
        var path = "/tmp/" + new string('x', 107 - "/tmp/".Length);
        using var client = Client("unix://" + path);
        var thrown = await client.Invoking(c => c.OfferAsync()).Should().ThrowAsync<EngineAwayException>();
        thrown.Which.Message.Should().EndWith("the socket does not exist; is the engine running?");
    }

    private static EngineClient Client(string host) => new(new DockerOptions { Host = host });

    private static StubEngine Always(Func<Stream, Task> respond) => new((request, stream, _) =>
        request == "GET /version" ? StubEngine.RespondVersion(stream) : respond(stream));
}
