using System.Collections.Immutable;
using System.Globalization;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;

namespace HomeCloud.Agent.Servers.Changing;

/// <summary>From what is wanted and what is there to what is done: at once, or by a new container. Changes nothing.</summary>
internal sealed class ChangePlanner(ServerPlanner planner, NameClaims names, TimeProvider time)
{
    private const string Never = "never";
    private const string NoLimit = "none";

    /// <param name="wanted">Hostile.</param>
    /// <param name="server">As it is.</param>
    /// <param name="source">How it was made.</param>
    /// <param name="all">All containers of this machine.</param>
    public Outcome<ChangePlan> Plan(SetServer wanted, ContainerFacts server, ServerSource source, IReadOnlyList<ContainerFacts> all)
    {
        // The planner of new servers knows what is valid.
        var asNew = new CreateServer
        {
            Name = server.Name,
            Memory = wanted.Memory is { } memory && !Is(memory, NoLimit) ? memory : null,
            Cpus = wanted.Cpus,
            Environment = wanted.Environment?.ToDictionary(variable => variable.Key, variable => variable.Value ?? ""),
            Aliases = wanted.Aliases,
            ExpiresIn = wanted.ExpiresIn is { } expires && !Is(expires, Never) ? expires : null,
            Sleep = wanted.Sleep,
        };
        if (planner.Check(asNew, out var bytes, out var cpus) is { } problem)
            return problem;

        var aliases = wanted.Aliases?.Select(ServerName.Fold).Distinct().ToList();
        if (aliases?.Select(alias => alias == server.Name ? new ServerProblem(ProblemCode.InvalidAlias, $"{alias} is its name already.") : names.Taken(alias, all, server.Id)).FirstOrDefault(taken => taken is not null) is { } taken)
            return taken;

        var labels = ImmutableDictionary.CreateBuilder<string, string>();
        if (aliases is not null && string.Join(',', aliases) != server.Labels.GetValueOrDefault(Labels.Aliases, ""))
            labels[Labels.Aliases] = string.Join(',', aliases);
        if (wanted.ExpiresIn is not null)
            labels[Labels.Expires] = asNew.ExpiresIn is { } lifetime && Sizes.TryParseDuration(lifetime, out var left) ? (time.GetUtcNow() + left).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : "";

        var plan = source.Plan;
        var environment = plan.Environment;
        foreach (var (variable, value) in wanted.Environment ?? ImmutableDictionary<string, string?>.Empty)
            environment = value is null ? environment.Remove(variable) : environment.SetItem(variable, value);

        var memoryNow = wanted.Memory is null ? plan.MemoryBytes : bytes;
        var cpusNow = wanted.Cpus is null ? plan.Cpus : cpus;
        var anew = wanted.NewMac || !environment.SequenceEqual(plan.Environment) || (memoryNow == 0 && plan.MemoryBytes > 0) || (cpusNow == 0 && plan.Cpus > 0);
        return new ChangePlan(
            plan with { Environment = environment, MemoryBytes = memoryNow, Cpus = cpusNow },
            IsAnew: anew,
            LimitMemory: !anew && memoryNow != plan.MemoryBytes ? memoryNow : 0,
            LimitCpus: !anew && cpusNow != plan.Cpus ? cpusNow : 0,
            labels.ToImmutable(),
            wanted.NewMac ? MacAddress.Create() : null,
            Words(wanted));
    }

    /// <summary>For the history; a variable's value may be a password.</summary>
    private static string Words(SetServer wanted)
    {
        string?[] parts =
        [
            wanted.Memory is null ? null : Is(wanted.Memory, NoLimit) ? "memory none" : $"memory {wanted.Memory}",
            wanted.Cpus is { } cpus ? string.Create(CultureInfo.InvariantCulture, $"CPUs {cpus}") : null,
            wanted.Environment is { Count: > 0 } variables ? $"variables {string.Join(", ", variables.Keys)}" : null,
            wanted.Aliases is null ? null : wanted.Aliases.Count == 0 ? "aliases none" : $"aliases {string.Join(", ", wanted.Aliases)}",
            wanted.ExpiresIn is null ? null : $"removed after {wanted.ExpiresIn}",
            wanted.NewMac ? "new MAC" : null,
        ];
        return string.Join("; ", parts.OfType<string>());
    }

    private static bool Is(string text, string word) => text.Trim().Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What a change comes to.</summary>
/// <param name="Container">How the container is from then on.</param>
/// <param name="IsAnew">Only a new container can have it.</param>
/// <param name="LimitMemory">Set as it is; 0 for nothing.</param>
/// <param name="LimitCpus">Set as it is; 0 for nothing.</param>
/// <param name="Labels">That take the place of the container's.</param>
/// <param name="NewMac">Null to keep the one it has.</param>
/// <param name="Words">For the history.</param>
internal sealed record ChangePlan(
    ContainerPlan Container, bool IsAnew, long LimitMemory, double LimitCpus, ImmutableDictionary<string, string> Labels, string? NewMac, string Words);
