"""`Module`: what it finds, how it names it, and that copies are whole."""

import copy
import pickle
from typing import Any

import pytest

from autograd import Value, parameter, tanh
from nn import MLP, Layer, Module, Neuron, Sequential


class Net(Module):
    """Parameters in every kind of place."""

    def __init__(self) -> None:
        self.scale = parameter(2.0)
        self.pair = (parameter(3.0), [parameter(4.0)])
        self.table = {"left": Layer(1, 1, seed=0), 7: Value(5.0)}
        self.cached = self.scale * 2  # a result, not a parameter
        self._hidden = parameter(6.0)
        self.size = 3
        self.names = ["a", "b"]


def test_parameters_are_found_in_attributes_lists_tuples_dicts_and_modules_in_order() -> None:
    assert [name for name, _ in Net().named_parameters()] == [
        "scale",
        "pair.0",
        "pair.1.0",
        "table.left.neurons.0.w.0",
        "table.left.neurons.0.b",
        "table.7",
    ]


def test_parameters_and_named_parameters_agree() -> None:
    for model in (Net(), MLP(3, [4, 4, 2]), Neuron(2), Sequential(Layer(2, 2, activation="relu"), "tanh")):
        assert model.parameters() == [p for _, p in model.named_parameters()]


def test_the_order_is_that_of_micrograd_weights_then_bias_neuron_by_neuron() -> None:
    assert [name for name, _ in MLP(2, [2, 1]).named_parameters()] == [
        "layers.0.neurons.0.w.0",
        "layers.0.neurons.0.w.1",
        "layers.0.neurons.0.b",
        "layers.0.neurons.1.w.0",
        "layers.0.neurons.1.w.1",
        "layers.0.neurons.1.b",
        "layers.1.neurons.0.w.0",
        "layers.1.neurons.0.w.1",
        "layers.1.neurons.0.b",
    ]


def test_a_shared_parameter_is_listed_once_under_its_first_name() -> None:
    class Tied(Module):
        def __init__(self) -> None:
            self.a = parameter(1.0)
            self.b = [self.a, parameter(2.0)]
            self.layer = Layer(1, 1)
            self.again = self.layer

    names = [name for name, _ in Tied().named_parameters()]
    assert names == ["a", "b.1", "layer.neurons.0.w.0", "layer.neurons.0.b"]
    assert len(Tied().parameters()) == 4


def test_modules_that_hold_each_other_are_walked_once() -> None:
    parent, child = Net(), Net()
    parent.child = child
    child.parent = parent
    assert len(parent.parameters()) == 12
    assert len(parent.named_parameters()) == 12
    assert len(parent.named_modules()) == 6


def test_a_chain_of_many_modules_needs_no_recursion() -> None:
    class Link(Module):
        def __init__(self, following: Module | None) -> None:
            self.w = parameter(1.0)
            self._following = following

    link: Link | None = None
    for _ in range(3000):
        link = Link(link)
    node = link
    while node is not None:  # made public only now, for labelling each link's whole tail would take its square
        following = node._following
        object.__setattr__(node, "following", following)
        node = following  # type: ignore[assignment]
    assert link is not None
    assert len(link.parameters()) == len(link.named_parameters()) == 3000


def test_parameters_are_labelled_with_their_full_names() -> None:
    model = MLP(2, [3, 1])
    assert all(p.label == name for name, p in model.named_parameters())
    stack = Sequential(model, Layer(1, 2, activation="relu"))
    assert all(p.label == name for name, p in stack.named_parameters())
    assert stack.named_parameters()[0][0] == "layers.0.layers.0.neurons.0.w.0"


def test_a_label_that_the_user_gave_stays() -> None:
    class One(Module):
        def __init__(self) -> None:
            self.w = parameter(1.0, "slope")
            self.b = parameter(1.0)

    class Two(Module):
        def __init__(self) -> None:
            self.one = One()

    assert [p.label for p in Two().parameters()] == ["slope", "one.b"]


def test_a_module_replaced_inside_a_model_gets_the_names_of_its_place() -> None:
    model = MLP(2, [2, 1])
    model.layers[0].neurons = [Neuron(2), Neuron(2)]
    assert [p.label for p in model.parameters()] == [name for name, _ in model.named_parameters()]
    output = model([1.0, 2.0])
    assert isinstance(output, Value)
    assert output.inputs[1].origin == "MLP/layers.0/neurons.0" or output.inputs[1].role != "computed"


def test_relabel_names_what_was_appended_to_a_list() -> None:
    class Stack(Module):
        def __init__(self) -> None:
            self.layers: list[Layer] = []
            self._secret = 1
            for _ in range(2):
                self.layers.append(Layer(1, 1))

    stack = Stack()
    assert stack.parameters()[-1].label == "neurons.0.b"
    stack._aside = [parameter(3.0)]  # type: ignore[attr-defined]
    stack._aside[0].label = ""  # type: ignore[attr-defined]
    stack.relabel()
    assert all(p.label == name for name, p in stack.named_parameters())
    assert stack._aside[0].label == ""  # type: ignore[attr-defined]  # what begins with _ is no part of a module


def test_two_parameters_of_one_name_are_refused() -> None:
    class Clash(Module):
        def __init__(self) -> None:
            self.d = {0: parameter(0.0), 1: parameter(1.0), "1": parameter(2.0)}

    with pytest.raises(ValueError, match=r"two parameters of Clash are called 'd\.1'; rename a dict key"):
        Clash().state_dict()


def test_weights_are_the_parameters_that_are_not_biases() -> None:
    model = MLP(3, [4, 2])
    assert len(model.weights()) == 3 * 4 + 4 * 2
    assert all(".w." in p.label for p in model.weights())

    class Norm(Module):
        def __init__(self) -> None:
            self.gamma, self.beta = [parameter(1.0)], [parameter(0.0)]
            self.bias = {"b": parameter(0.0)}
            self.kernel = [[parameter(2.0)]]

    norm = Norm()
    assert norm.weights() == [norm.kernel[0][0]]
    setattr(norm, "0", parameter(5.0))
    assert [p.data for p in norm.weights()] == [2.0, 5.0]


def test_zero_grad_forgets_the_gradients_of_all_parameters() -> None:
    model = MLP(2, [2, 1], activation="tanh")
    output = model([1.0, -1.0])
    assert isinstance(output, Value)
    output.backward()
    assert all(p.has_grad for p in model.parameters())
    model.zero_grad()
    assert not any(p.has_grad for p in model.parameters())


def test_train_and_eval_reach_every_module() -> None:
    model = MLP(2, [2, 1])
    assert model.training
    assert model.eval() is model
    assert not any(module.training for _, module in model.named_modules())
    assert model.train() is model
    assert all(module.training for _, module in model.named_modules())
    assert len(model.named_modules()) == 1 + 2 + 3


def test_named_modules_are_those_of_pytorch() -> None:
    nn = pytest.importorskip("torch.nn")
    ours = MLP(2, [2, 1])
    theirs = nn.Module()
    theirs.layers = nn.ModuleList(nn.Module() for _ in ours.layers)
    for layer, twin in zip(ours.layers, theirs.layers, strict=True):
        twin.neurons = nn.ModuleList(nn.Module() for _ in layer.neurons)
    lists = {name for name, module in theirs.named_modules() if isinstance(module, nn.ModuleList)}
    assert [name for name, _ in ours.named_modules()] == [
        name for name, _ in theirs.named_modules() if name not in lists
    ]
    assert dict(ours.named_modules())["layers.1.neurons.0"] is ours.layers[1].neurons[0]


def test_modules_still_gives_pairs_and_warns_of_the_change() -> None:
    model = MLP(2, [2, 1])
    with pytest.warns(DeprecationWarning, match=r"modules alone, as in PyTorch.*named_modules\(\)") as caught:
        pairs = model.modules()
    assert pairs == model.named_modules()
    assert [warning.filename for warning in caught] == [__file__]


def output_of(model: Any, x: list[float]) -> list[float]:
    out = model(x)
    return [v.data for v in out] if isinstance(out, list) else [out.data]


MODELS = [
    MLP(2, [3, 1], seed=0),
    MLP(2, [3, 2], activation=tanh, output_activation="sigmoid", bias=False, seed=1),
    Sequential(Layer(2, 3, activation="relu", seed=2), tanh, "gelu", Layer(3, 1, activation="relu", seed=3)),
    Neuron(2, seed=4),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_a_copy_is_equal_and_shares_nothing(model: Module, how: str) -> None:
    twin = copy.deepcopy(model) if how == "deepcopy" else pickle.loads(pickle.dumps(model))
    assert twin.state_dict() == model.state_dict()
    assert output_of(twin, [0.3, -0.7]) == output_of(model, [0.3, -0.7])
    assert [p.label for p in twin.parameters()] == [p.label for p in model.parameters()]
    assert not set(twin.parameters()) & set(model.parameters())
    before = model.state_dict()
    twin.parameters()[-1].data += 1.0  # of the last neuron, which is never dead here
    assert model.state_dict() == before
    assert output_of(twin, [0.3, -0.7]) != output_of(model, [0.3, -0.7])


def test_a_copy_keeps_parameters_that_are_shared_shared() -> None:
    class Tied(Module):
        def __init__(self) -> None:
            self.a = parameter(1.0)
            self.b = [self.a]

    for twin in (copy.deepcopy(Tied()), copy.copy(Tied())):
        assert twin.a is twin.b[0]


def test_a_module_without_call_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Net defines no __call__"):
        Net()(1.0)


def test_a_module_shows_itself_on_one_line() -> None:
    assert repr(MLP(2, [16, 1])) == "<MLP(2, [16, 1], activation='relu'): 65 parameters>"
    assert repr(MLP(1, [1], output_activation=tanh)) == "<MLP(1, [1], output_activation=tanh): 2 parameters>"
    assert repr(Layer(2, 3, bias=False)) == "<Layer(2, 3, activation='relu', bias=False): 6 parameters>"
    assert repr(Neuron(2, nonlin=False)) == "<Neuron(2, activation=None): 3 parameters>"
    assert repr(Sequential(Layer(1, 1, activation="relu"), "tanh", abs)) == (
        "<Sequential(Layer(1, 1, activation='relu' ... e('tanh'), abs): 2 parameters>"
    )
    assert repr(Net()) == "<Net(): 6 parameters>"
    assert repr(Layer(2, 3)) == "<Layer(2, 3, activation='relu'): 9 parameters>"
    assert repr(Neuron(2)) == "<Neuron(2, activation='relu'): 3 parameters>"
    assert repr(Neuron(2, bias=False)) == "<Neuron(2, activation='relu', bias=False): 2 parameters>"
    assert repr(MLP(2, [1], bias=False)) == "<MLP(2, [1], bias=False): 2 parameters>"
    assert repr(Neuron(1, activation=Opaque())) == "<Neuron(1, activation=Opaque): 2 parameters>"
    assert repr(Sequential("tanh", Opaque())) == "<Sequential(Elementwise('tanh'), ...): 0 parameters>"
    pair = Net()
    pair.left, pair.right = Neuron(1), Neuron(2)  # type: ignore[attr-defined]
    assert pair._describe() == "Net(left=Neuron(1, activation='relu'), right=Neuron(2, activation='relu'))"


class Opaque:
    """A function without a name."""

    def __call__(self, z: Value) -> Value:
        return z


@pytest.mark.parametrize("length", [59, 60, 61, 200])
def test_a_description_of_more_than_60_letters_is_cut_in_the_middle(length: int) -> None:
    text = ("begin" + "".join(chr(97 + index % 26) for index in range(length)))[: length - 3] + "end"

    class Long(Module):
        def _describe(self) -> str:
            return text

    shown = text if length <= 60 else f"{text[:40]} ... {text[-15:]}"
    assert repr(Long()) == f"<{shown}: 0 parameters>"


def test_summaries_are_tables() -> None:
    class Both(Module):
        def __init__(self) -> None:
            self.n = Neuron(2)
            self.scale = parameter(1.0)

    def lines(module: int, *rows: tuple[str, str, str, str]) -> list[str]:
        header = ("name", "module", "output", "parameters")
        return [f"{a:<4}  {b:<{module}}  {c:>6}  {d:>10}" for a, b, c, d in [header, *rows]]

    neuron, whole = "Neuron(2, activation='relu')", "Both(n=Neuron(2, activation='relu'))"
    assert Both().summary().splitlines() == lines(
        len(whole), ("n", neuron, "1", "3"), ("", "its own", "", "1"), ("", whole, "", "4")
    )
    assert Neuron(2).summary().splitlines() == lines(len(neuron), ("", neuron, "1", "3"))


def test_the_summary_counts_each_parameter_once() -> None:
    class Tower(Module):
        def __init__(self) -> None:
            self.first = Sequential(Layer(2, 3, activation="relu"), "tanh")
            self.again = self.first.layers[0]
            self.scale = parameter(1.0)
            self.neuron = Neuron(4)

    tower = Tower()
    lines = [line.split() for line in tower.summary().splitlines()]
    assert lines[0] == ["name", "module", "output", "parameters"]
    assert [line[0] for line in lines[1:-2]] == ["first.layers.0", "first.layers.1", "neuron"]
    assert [line[-1] for line in lines[1:]] == ["9", "0", "5", "1", "15"]
    assert lines[-2][:2] == ["its", "own"]
    assert int(lines[-1][-1]) == len(tower.parameters())


def test_the_summary_of_a_single_neuron_is_one_row() -> None:
    assert [line.split()[-1] for line in Neuron(3).summary().splitlines()] == ["parameters", "4"]
