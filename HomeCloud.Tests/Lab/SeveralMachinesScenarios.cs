using System.Net;
using HomeCloud.Lab;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Lab.Probing;

namespace HomeCloud.Tests.Lab;

/// <summary>A home on several machines: names from all of them everywhere, and what becomes of the names of one that dies.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.OnTheirOwn)]
public sealed class SeveralMachinesScenarios
{
    // Longer than the lease of 30 s.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact(Timeout = 600_000)]
    public async Task Names_of_a_machine_that_dies_give_way_after_its_lease_and_come_back_with_it()
    {
        await using var lab = await HomeLab.StartAsync(new LabOptions { Shape = LabShape.Redis, Servers = 3 }, SilentProgress.Instance, CancellationToken.None);
        var (first, third) = (lab.Servers[0], lab.Servers[2]);
        using var one = StubResolver.OnLaptop(lab, Lan.Server4(0));
        using var two = StubResolver.OnLaptop(lab, Lan.Server4(1));
        StubResolver[] everywhere = [one, two];

        await third.Engine.RunBoxAsync("shared", "--restart", "always");
        await third.Engine.RunBoxAsync("only-third", "--restart", "always");
        var older = await AddressAsync(third, "shared");
        var only = await AddressAsync(third, "only-third");
        await BecomesAsync(everywhere, "shared", older);

        // The oldest keeps the name, in whole seconds; the other is found by the name of its machine.
        var second = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2;
        await Poll.UntilAsync(() => DateTimeOffset.UtcNow.ToUnixTimeSeconds() >= second, Limit);
        await first.Engine.RunBoxAsync("shared");
        var younger = await AddressAsync(first, "shared");
        await BecomesAsync(everywhere, "shared.server", younger);
        await BecomesAsync(everywhere, "shared", older);

        using var prober = new Prober(lab, ("only-third.home", answer => answer.Is(only)));
        await HomeLab.PullPlugAsync(third);
        await BecomesAsync(everywhere, "shared", younger);
        await BecomesAsync(everywhere, "only-third", only);
        prober.Stop().Should().BeEmpty("a name that nobody else claims answers on");

        await lab.PowerOnAsync(third);
        await BecomesAsync(everywhere, "only-third", async () => await AddressAsync(third, "only-third"));
        await third.Engine.DockerAsync(["rm", "--force", "only-third"]);
        foreach (var stub in everywhere)
            (await Poll.UntilAsync(() => stub.Ask("only-third.home").Code == StubAnswer.NameError, Limit)).Should().BeTrue("its agent is back in charge of it");
    }

    private static async Task<IPAddress> AddressAsync(LabServer server, string container) =>
        ContainerNames.IPv4(await server.Engine.AddressesAsync(container));

    private static Task BecomesAsync(StubResolver[] stubs, string name, IPAddress address) => BecomesAsync(stubs, name, () => Task.FromResult(address));

    private static async Task BecomesAsync(StubResolver[] stubs, string name, Func<Task<IPAddress>> address)
    {
        foreach (var stub in stubs)
        {
            var right = await Poll.UntilAsync(async () => stub.Ask(name + ".home").Is(await address()), Limit);
            right.Should().BeTrue($"{name}.home should be {await address()} and is {stub.Ask(name + ".home")}");
        }
    }
}
