package dev.apiserversource.loadtests;

import dev.apiserversource.loadtests.cluster.ControlPlane;
import dev.apiserversource.loadtests.cluster.KubeBinaries;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One control plane for each test class, started when it is first asked for. */
final class RealApiServerExtension implements ExecutionCondition, ParameterResolver {

    private static final Namespace OURS = Namespace.create(RealApiServerExtension.class);
    private static final AtomicBoolean SAID = new AtomicBoolean();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext tests) {
        if (binaries().isPresent()) {
            return ConditionEvaluationResult.enabled("programs found");
        }
        String reason = "no etcd and kube-apiserver under $" + KubeBinaries.VARIABLE + "/k8s/*";
        if (!SAID.getAndSet(true)) {
            System.out.println("Tests on a real API server are skipped: " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext tests) {
        return parameter.getParameter().getType() == ControlPlane.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext tests) {
        return classOf(tests)
                .getStore(OURS)
                .getOrComputeIfAbsent(ControlPlane.class, type -> start(), ControlPlane.class);
    }

    /** The class's own context: its store is closed, and the control plane with it, when the class is done. */
    private static ExtensionContext classOf(ExtensionContext tests) {
        return tests.getTestMethod().isPresent() ? classOf(tests.getParent().orElseThrow()) : tests;
    }

    private static ControlPlane start() {
        Path folder = Path.of(System.getProperty("fixture.dir", "target/real-apiserver"));
        return ControlPlane.start(binaries().orElseThrow(), folder);
    }

    private static Optional<KubeBinaries> binaries() {
        return KubeBinaries.find(System.getenv());
    }
}
