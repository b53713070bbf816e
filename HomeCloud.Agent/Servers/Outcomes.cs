namespace HomeCloud.Agent.Servers;

public static class Outcomes
{
    /// <summary>For interface types, from which C# allows no implicit conversion.</summary>
    public static Outcome<T> Success<T>(T value)
        where T : notnull => new(value, null);
}
