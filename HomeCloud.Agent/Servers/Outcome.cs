using System.Diagnostics.CodeAnalysis;

namespace HomeCloud.Agent.Servers;

/// <summary>A value, or the problem that stands in its place.</summary>
public readonly struct Outcome<T>
    where T : notnull
{
    internal Outcome(T? value, ServerProblem? problem)
    {
        Value = value;
        Problem = problem;
    }

    public T? Value { get; }

    public ServerProblem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsSuccess => Problem is null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(ServerProblem problem) => new(default, problem);
}

public static class Outcomes
{
    /// <summary>For interface types, from which C# allows no implicit conversion.</summary>
    public static Outcome<T> Success<T>(T value)
        where T : notnull => new(value, null);
}
