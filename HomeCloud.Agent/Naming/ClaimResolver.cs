namespace HomeCloud.Agent.Naming;

/// <summary>
/// Decides between claimants of one name. The kind of claim comes first; among claims of one kind, containers that
/// are up come before those that are down, then the oldest wins and takes its group along. A container that loses
/// its own name gets the name with a number.
/// </summary>
internal sealed class ClaimResolver(List<NamingWarning> warnings)
{
    private const int FirstNumber = 2;

    /// <param name="all">In order of age.</param>
    public Dictionary<string, List<Claim>> Resolve(List<ContainerClaims> all)
    {
        var claims = new Dictionary<string, List<Claim>>();
        foreach (var claim in all.SelectMany(container => container.Claims))
        {
            if (!claims.TryGetValue(claim.Name, out var claimants))
                claims[claim.Name] = claimants = [];
            claimants.Add(claim);
        }

        var holders = new Dictionary<string, List<Claim>>(claims.Count);
        var homeless = new List<(Claim Claim, Claim Winner)>();
        foreach (var (name, claimants) in claims)
        {
            var winners = Winners(claimants);
            if (winners.Count == 0)
                continue;
            holders[name] = winners;
            foreach (var loser in claimants.Except(winners))
            {
                if (loser.Container.Facts.Gone)
                    continue;
                if (loser.Kind == ClaimKind.Own)
                    homeless.Add((loser, winners[0]));
                else if (loser.Kind == ClaimKind.Alias)
                    Warn(loser, $"its alias '{name}' belongs to container {winners[0].Container.Facts.Name}");
            }
        }

        homeless.Sort((left, right) => ContainerClaims.ByAge(left.Claim.Container, right.Claim.Container));
        foreach (var (claim, winner) in homeless)
            GiveNumber(claim, winner, claims, holders);
        return holders;
    }

    private static List<Claim> Winners(List<Claim> claimants)
    {
        var best = claimants.Min(claim => claim.Kind);
        var contenders = claimants.FindAll(claim => claim.Kind == best);
        contenders.Sort((left, right) => ContainerClaims.ByPrecedence(left.Container, right.Container));
        var first = contenders[0];
        if (best == ClaimKind.Service)
        {
            // Ambiguous: two projects have such a service, and neither of them may surprise the other. Who is gone surprises nobody.
            var up = contenders.FindAll(claim => claim.Container.Facts.IsUp == first.Container.Facts.IsUp && claim.Container.Facts.Gone == first.Container.Facts.Gone);
            if (up.Exists(claim => claim.Group != first.Group))
                return [];
        }

        return contenders.FindAll(claim => claim.Group == first.Group);
    }

    private void GiveNumber(Claim claim, Claim winner, Dictionary<string, List<Claim>> claims, Dictionary<string, List<Claim>> holders)
    {
        // Replicas that lose together stay together.
        for (var number = FirstNumber; ; number++)
        {
            var name = NameMaker.WithNumber(claim.Name, number);
            if (holders.TryGetValue(name, out var there) && there.Exists(holder => holder.Kind == ClaimKind.Own && holder.Name == claim.Name && holder.Group == claim.Group))
                there.Add(claim);
            else if (claims.ContainsKey(name) || !holders.TryAdd(name, [claim]))
                continue;
            Warn(claim, $"its name '{claim.Name}' belongs to container {winner.Container.Facts.Name}, which {(winner.Container.Facts.IsUp == claim.Container.Facts.IsUp ? "is older" : "is running")}; it is named '{name}'");
            return;
        }
    }

    private void Warn(Claim claim, string text) => warnings.Add(new NamingWarning(claim.Container.Facts.Name, text));
}
