# The worker, the gateway and the command line in one image; compose says which runs.
FROM python:3.13-slim
RUN useradd --create-home --uid 10001 rung
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/run.txt
COPY procedure procedure
COPY workflows workflows
COPY activities activities
COPY gateway gateway
COPY commands commands
COPY records records
COPY service_review service_review
COPY rehearsal rehearsal
COPY runtime runtime
COPY worker.py starter.py ./
COPY examples examples
USER rung
CMD ["python", "worker.py"]
