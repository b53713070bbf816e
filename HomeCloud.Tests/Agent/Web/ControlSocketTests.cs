namespace HomeCloud.Tests.Agent.Web;

/// <summary>Two agents on one machine by mistake: the first one keeps its control socket.</summary>
public class ControlSocketTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task A_second_agent_that_stops_leaves_the_socket_to_the_first()
    {
        await using var first = await WebHome.StartAsync();
        using var client = first.OverSocket();
        (await client.GetAsync("/api/v1/status")).EnsureSuccessStatusCode();
        await (await WebHome.StartAsync(web: options => options.ControlSocket = first.Socket)).DisposeAsync();
        File.Exists(first.Socket).Should().BeTrue();
        using var again = first.OverSocket();
        (await again.GetAsync("/api/v1/status")).EnsureSuccessStatusCode();
    }
}
